/** Contours and what is drawn of points and bands, against exact values. */
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { contourSegments } from "./figures/_contour.ts";
import { genericFigure, learnedFunctionFigure } from "./mod.ts";
import { sampleRunData } from "./sample_data.ts";

describe("a contour", () => {
  it("cuts the sides of a square where their values say", () => {
    // Corners 0, 4 below and 0, 2 above: 1 is a quarter of the way and a half.
    expect(contourSegments([[0, 4], [0, 2]], 1)).toEqual([{ x1: 0.25, y1: 0, x2: 0.5, y2: 1 }]);
    expect(contourSegments([[0, 0], [0, 0]], 1)).toEqual([]);
    // The level itself is not above it.
    expect(contourSegments([[1, 1], [1, 1]], 1)).toEqual([]);
    expect(contourSegments([[1, 0], [0, 0]], 1)).toEqual([]);
  });
  it("of a saddle cuts off the corners that its middle is not with", () => {
    // High at (0, 0) and (1, 1). A high middle joins them: the low corners are cut off.
    expect(contourSegments([[4, 0], [0, 4]], 1)).toEqual([
      { x1: 0.75, y1: 0, x2: 1, y2: 0.25 },
      { x1: 0.25, y1: 1, x2: 0, y2: 0.75 },
    ]);
    // A low middle parts them: the high corners are.
    expect(contourSegments([[4, 0], [0, 4]], 3)).toEqual([
      { x1: 0, y1: 0.25, x2: 0.25, y2: 0 },
      { x1: 1, y1: 0.75, x2: 0.75, y2: 1 },
    ]);
  });
  it("stands in the square of its row and column", () => {
    const [only] = contourSegments([[0, 0, 0], [0, 0, 0], [0, 0, 2]], 1);
    expect(only).toEqual({ x1: 2, y1: 1.5, x2: 1.5, y2: 2 });
  });
});

/** Attributes of the elements that a selector finds, as numbers. */
const drawn = (svg: string, selector: string, ...names: string[]) =>
  [...parseHTML(svg).document.querySelectorAll(selector)].map((node) =>
    names.map((name) => Number(node.getAttribute(name)))
  );
const barsOf = (svg: string) =>
  drawn(svg, '[aria-label="rule"] line', "y1", "y2").filter(([a, b]) => a !== b);

describe("error bars", () => {
  const texts = { id: "g", title: "G", caption: "c", xLabel: "x", yLabel: "y" };
  const bars = (y: number[], standardError: number[], yScale?: "log") => {
    const { svg } = genericFigure(
      [{ kind: "points", label: "p", x: [1, 2], y, standardError }],
      { ...texts, ...(yScale && { yScale }) },
    );
    return { rules: barsOf(svg), dots: drawn(svg, '[aria-label="dot"] circle', "cy").flat() };
  };
  it("are 1.96 standard errors either way, cut above zero on a log axis", () => {
    const { rules: [[a1, a2], [b1, b2]], dots } = bars([3, 5], [0.5, 1]);
    const size = Math.abs(a1 - a2);
    expect(Math.abs(b1 - b2) / size).toBeCloseTo(2, 1);
    // One unit of y is between the two points' distance of 2.
    const unit = Math.abs(dots[0] - dots[1]) / 2;
    expect(size / unit).toBeCloseTo(2 * 1.96 * 0.5, 1);
    // Of 1 with an error of 5 nothing but a hundredth is left below; small errors stay.
    const log = bars([1, 100], [5, 1], "log");
    const decade = Math.abs(log.dots[0] - log.dots[1]) / 2;
    const down = Math.max(...log.rules[0]) - log.dots[0];
    expect(down / decade).toBeCloseTo(2, 1);
    expect(Math.abs(log.rules[1][0] - log.rules[1][1]) / decade).toBeCloseTo(
      2 * 1.96 / 100 / Math.LN10,
      2,
    );
  });
});

it("points outside of the drawn densities are left out with their errors", () => {
  const { k1 } = sampleRunData();
  const points = {
    ...{ label: "p", x: [0.01, 0.5, 0.99], value: [-1, -4, -1] },
    standardError: [0.1, 0.2, 0.3],
  };
  const { svg, csv } = learnedFunctionFigure({ ...k1, points }, {
    ...{ id: "k", title: "K", caption: "c", yLabel: "k" },
  });
  const bars = barsOf(svg);
  expect(bars).toHaveLength(1);
  expect(Math.abs(bars[0][0] - bars[0][1])).toBeGreaterThan(1);
  expect(csv).toContain("0.5,-4,0.2");
});
