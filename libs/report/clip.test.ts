import { describe, expect, it } from "vitest";
import { decades } from "./figures/_axis.ts";
import { clamp, clipCurve } from "./figures/_clip.ts";
import { deviationFigure } from "./figures/deviation.ts";
import { profilesFigure } from "./figures/profiles.ts";
import { sampleRunData } from "./sample_data.ts";

describe("clipCurve", () => {
  it("cuts where the curve crosses the frame and leaves a gap beyond", () => {
    const { x, y } = clipCurve([0, 1, 2, 3], [0, 4, 4, 0], [-1, 1]);
    expect(x).toEqual([0, 0.25, 1, 2, 2.75, 3]);
    expect(y).toEqual([0, 1, NaN, NaN, 1, 0]);
  });
  it("crosses the whole frame between two points, in either direction", () => {
    expect(clipCurve([0, 1], [-3, 3], [-1, 1]).y).toEqual([NaN, -1, 1, NaN]);
    expect(clipCurve([0, 1], [3, -3], [-1, 1]).y).toEqual([NaN, 1, -1, NaN]);
  });
  it("leaves alone what is inside, edges and gaps included", () => {
    const y = [-1, 0.5, NaN, 1];
    expect(clipCurve([0, 1, 2, 3], y, [-1, 1])).toEqual({ x: [0, 1, 2, 3], y });
    expect(clamp([-2, 0, 2], [-1, 1])).toEqual([-1, 0, 1]);
  });
});

it("log axes have ticks at powers of ten, at most eight, where there are three or more", () => {
  expect(decades([0.02, 50])).toEqual([0.1, 1, 10]);
  expect(decades([1e-5, 1])).toEqual([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]);
  expect(decades([1e-20, 1])).toEqual([1e-20, 1e-17, 1e-14, 1e-11, 1e-8, 1e-5, 1e-2]);
  expect(decades([2, 50])).toBeUndefined();
});

const yTicks = (svg: string) => {
  const axis = /aria-label="y-axis tick label"[^>]*>(.*?)<\/g>/.exec(svg)![1];
  return [...axis.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, t]) =>
    Number(t.replace("−", "-"))
  );
};

it("a deviation's frame fits the covered densities, however far it strays outside", () => {
  const { k1 } = sampleRunData();
  const [low, high] = k1.covered!;
  const far = (values: number[], sign: number) =>
    values.map((v, i) => k1.density[i] < low || k1.density[i] > high ? v + sign * 1000 : v);
  const learned = {
    level: 0.95,
    mean: k1.learned.mean,
    lower: far(k1.learned.lower, -1),
    upper: far(k1.learned.upper, 1),
  };
  const texts = { id: "d", title: "D", caption: "d", yLabel: "d (1)" };
  const { svg, csv } = deviationFigure({ ...k1, learned }, texts);
  expect(Math.max(...yTicks(svg).map(Math.abs))).toBeLessThan(10);
  expect(svg).toContain("outside of the training data");
  // The data are all there.
  expect(Math.max(...csv.match(/-?\d+(\.\d+)?(e-?\d+)?/g)!.map(Number))).toBeGreaterThan(900);
});

it("profiles on a ring are drawn to its end", () => {
  const series = {
    times: [0, 1],
    x: [0, 0.25, 0.5, 0.75],
    level: 0.95,
    mean: [[1, 2, 3, 2], [2, 2, 2, 2]],
    lower: [[1, 2, 3, 2], [2, 2, 2, 2]],
    upper: [[1, 2, 3, 2], [2, 2, 2, 2]],
    members: 2,
  };
  const points = ({ svg }: { svg: string }) =>
    /aria-label="line"[^>]*><path d="(M[^"]*)"/.exec(svg)![1].split("L").length;
  expect(points(profilesFigure(series))).toBe(5);
  expect(points(profilesFigure({ ...series, x: [0, 1, 2, 3] }))).toBe(4);
});
