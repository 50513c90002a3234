import { describe, expect, it } from "vitest";
import { readCsv } from "./csv.ts";
import { densityFilmFigure, type DensityMaps, densityMapsFigure } from "./figures/density_maps.ts";
import { assertWellFormed } from "./testing.ts";

const map = (t: number) =>
  Array.from({ length: 3 }, (_, j) => Array.from({ length: 4 }, (_, i) => 0.1 * i + 0.2 * j * t));
const data: DensityMaps = {
  times: [0, 0.5],
  series: [
    { label: "mean & density", values: [map(0), map(1)] },
    { label: "width", values: [map(1), map(1)] },
  ],
};
const texts = { id: "maps", title: "A < B", caption: "c" };
/** Cells that the paths of a picture cover: the sum of their runs. */
const cells = (svg: string) =>
  [...svg.matchAll(/M\d+ \d+h(\d+)v1/g)].reduce((sum, [, run]) => sum + Number(run), 0);

describe("maps of the plane", () => {
  const figure = densityMapsFigure(data, texts);
  it("cover every cell once, at both widths", () => {
    for (const svg of [figure.svg, figure.narrow]) {
      assertWellFormed(svg);
      expect(cells(svg)).toBe(2 * 2 * 12);
    }
  });
  it("have rows of y upwards, and equal values in one run", () => {
    // The first map changes along x only: its three rows are the same paths at three heights.
    const [, first] = /<path d="(M[^"]*)" fill="var\(--heat-0\)"/.exec(figure.svg)!;
    expect(first).toBe("M0 2h1v1h-1zM0 1h1v1h-1zM0 0h1v1h-1z");
  });
  it("give their numbers, with positions", () => {
    const text = figure.csv.split("\n");
    expect(text[0]).toBe("t,x,y,mean & density,width");
    expect(text).toHaveLength(1 + 24 + 1);
    expect(text[1 + 12 + 4 + 1].split(",").slice(0, 3).map(Number)).toEqual([0.5, 0.25, 1 / 3]);
    const { columns } = readCsv(figure.csv);
    expect(columns["mean & density"]).toEqual([map(0), map(1)].flat(2));
    expect(columns.width).toEqual([map(1), map(1)].flat(2));
  });
  it("are one colour where nothing varies", () => {
    const flat = { times: [0], series: [{ label: "m", values: [[[2, 2], [2, 2]]] }] };
    expect(cells(densityMapsFigure(flat, texts).svg)).toBe(4);
  });
  it("are refused when a row is short, a value missing or a time too many", () => {
    const refused = (values: number[][][], times = [0]) =>
      expect(() => densityMapsFigure({ times, series: [{ label: "m", values }] }, texts));
    refused([[[1, 2], [3]]]).toThrow(/"m"\[0\]\[1\]/);
    refused([[[1, NaN]]]).toThrow(/finite/);
    refused([[[1]]], [0, 1]).toThrow(/"m"/);
    refused([[]]).toThrow(/empty/);
  });
});

describe("a film", () => {
  const { svg, narrow } = densityFilmFigure(data, texts);
  it("shows each time for its share, by style alone, and one picture where motion is unwanted", () => {
    for (const picture of [svg, narrow]) {
      expect(cells(picture)).toBe(2 * 12);
      expect(picture).not.toMatch(/<script|href/);
      expect(picture).toContain("animation-delay:0.80s");
      expect(picture).toContain("prefers-reduced-motion");
    }
    expect(svg).toContain("50.000%");
  });
});
