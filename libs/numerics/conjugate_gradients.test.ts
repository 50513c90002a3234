import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conjugateGradients } from "./mod.ts";

const vector = (n: number) =>
  fc.array(fc.integer({ min: -99, max: 99 }).map((k) => k / 10), { minLength: n, maxLength: n });

describe("conjugate gradients", () => {
  it("solve symmetric positive definite systems in as many products as unknowns", () => {
    const cases = fc.integer({ min: 1, max: 8 }).chain((n) =>
      fc.tuple(fc.array(vector(n), { minLength: n, maxLength: n }), vector(n))
    );
    fc.assert(fc.property(cases, ([B, x]) => {
      // 100 + B B^T: far from singular.
      const A = B.map((row, i) =>
        B.map((other, j) => row.reduce((sum, b, k) => sum + b * other[k], 0) + (i === j ? 100 : 0))
      );
      const apply = (v: Float64Array, out: Float64Array) =>
        A.forEach((row, i) => out[i] = row.reduce((sum, a, j) => sum + a * v[j], 0));
      const solution = new Float64Array(x.length);
      apply(Float64Array.from(x), solution);
      const products = conjugateGradients(x.length)(apply, solution);
      expect(products).toBeLessThanOrEqual(x.length + 4);
      x.forEach((value, i) => expect(solution[i]).toBeCloseTo(value, 6));
    }));
  });

  it("need no product for nothing, one for a multiple of the identity, and stop when told", () => {
    const twice = (v: Float64Array, out: Float64Array) => out.set(v.map((x) => 2 * x));
    const solve = conjugateGradients(3), nothing = new Float64Array(3);
    expect(solve(twice, nothing)).toBe(0);
    expect([...nothing]).toEqual([0, 0, 0]);
    const x = Float64Array.of(2, 4, 8);
    expect(solve(twice, x)).toBe(1);
    expect([...x]).toEqual([1, 2, 4]);
    const stiff = (v: Float64Array, out: Float64Array) => out.set(v.map((y, i) => 10 ** i * y));
    expect(conjugateGradients(3, 1e-12, 2)(stiff, Float64Array.of(1, 1, 1))).toBe(2);
  });
});
