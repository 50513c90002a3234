import { describe, expect, it } from "vitest";
import { fluidLaw, mixtureLaw, widened } from "./function_law.ts";

const box = [[-1, 2], [0.5, 3]] as const;
/** Tells each entry of the jet from any other, and where it was asked for. */
const jet = (a: number, b: number, out: Float64Array) =>
  [1, 2, 3, 4, 5, 6].forEach((k) => out[k - 1] = 100 * k + 10 * a + b);
const mobility = (a: number, b: number, out: Float64Array) => out.set([a, b, a - b, a * b]);

it("a box is widened by a share of itself on all sides", () => {
  expect(widened(box, 0.1)).toEqual([[-1.3, 2.3], [0.25, 3.25]]);
  expect(widened(box, 0)).toEqual(box);
});

describe("the law of an entropy in a box", () => {
  const { entropy, mobility: m } = fluidLaw(jet, mobility, box);
  it("is inside between the ends of both fields", () => {
    for (const [r, u] of [[0, 1], [-0.999, 0.501], [1.999, 2.999]]) {
      expect(entropy.inside(r, u)).toBe(true);
    }
    for (const [r, u] of [[-1, 1], [2, 1], [0, 0.5], [0, 3], [-2, 1], [0, 4], [NaN, 1]]) {
      expect(entropy.inside(r, u)).toBe(false);
    }
  });
  it("has its value, its five derivatives in order, and its mobility", () => {
    expect(entropy.value(1, 2)).toBe(112);
    const out = new Float64Array(5).fill(-1);
    entropy.derivatives(1, 2, out);
    expect([...out]).toEqual([212, 312, 412, 512, 612]);
    const matrix = new Float64Array(4);
    m(3, 2, matrix);
    expect([...matrix]).toEqual([3, 2, 1, 6]);
  });
});

describe("the law of a free energy in the simplex", () => {
  const of = (own: typeof box | readonly [readonly [number, number], readonly [number, number]]) =>
    mixtureLaw(jet, mobility, own);
  it("is inside of the simplex, and of the box", () => {
    const wide = of([[-1, 2], [-1, 2]]);
    for (const [a, b] of [[0.3, 0.3], [1e-9, 1e-9], [0.5, 0.499]]) {
      expect(wide.inside(a, b)).toBe(true);
    }
    for (const [a, b] of [[0, 0.3], [0.3, 0], [-0.1, 0.3], [0.3, -0.1], [0.5, 0.5], [0.9, 0.2]]) {
      expect(wide.inside(a, b)).toBe(false);
    }
    const narrow = of([[0.1, 0.4], [0.2, 0.3]]);
    expect(narrow.inside(0.2, 0.25)).toBe(true);
    for (
      const [a, b] of [[0.1, 0.25], [0.4, 0.25], [0.2, 0.2], [0.2, 0.3], [0.05, 0.25], [0.2, 0.1]]
    ) {
      expect(narrow.inside(a, b)).toBe(false);
    }
  });
  it("has its value, both forces and its mobility", () => {
    const { freeEnergy, forces, mobility: m } = of(box);
    expect(freeEnergy(1, 2)).toBe(112);
    const out = new Float64Array(2), matrix = new Float64Array(4);
    forces(1, 2, out);
    m(3, 2, matrix);
    expect([[...out], [...matrix]]).toEqual([[212, 312], [3, 2, 1, 6]]);
  });
});
