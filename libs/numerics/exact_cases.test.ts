/** Exact small cases of polynomials, roots and rings of three. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chebyshevSeries, rootBetween, solvePeriodicTridiagonal } from "./mod.ts";

const coefficient = fc.integer({ min: -50, max: 50 }).map((k) => k / 10);

describe("chebyshevSeries", () => {
  it("of a polynomial with as many points as it needs is the polynomial, on any interval", () => {
    const cases = fc.tuple(
      fc.array(coefficient, { minLength: 1, maxLength: 7 }),
      fc.integer({ min: -30, max: 20 }).map((k) => k / 10),
      fc.integer({ min: 1, max: 30 }).map((k) => k / 10),
    );
    fc.assert(fc.property(cases, fc.integer({ min: 0, max: 10 }), ([c, low, width], tenths) => {
      const high = low + width, x = low + width * tenths / 10;
      const series = chebyshevSeries(
        (t) => c.reduce((sum, one, k) => sum + one * t ** k, 0),
        low,
        high,
        c.length,
      );
      const size = c.reduce((sum, one, k) => sum + Math.abs(one) * k * 5 ** k, 1);
      const close = (value: number, exact: number) =>
        expect(Math.abs(value - exact)).toBeLessThan(1e-13 * size);
      close(series.value(x), c.reduce((sum, one, k) => sum + one * x ** k, 0));
      close(
        series.integral(x),
        c.reduce((sum, one, k) => sum + one * (x ** (k + 1) - low ** (k + 1)) / (k + 1), 0),
      );
      close(
        series.derivative(x),
        c.reduce((s, one, k) => k === 0 ? s : s + one * k * x ** (k - 1), 0),
      );
    }));
  });

  it("interpolates: where it looked it has what it saw, and it looks inside only", () => {
    const seen: [number, number][] = [];
    const series = chebyshevSeries(
      (x) => {
        seen.push([x, Math.abs(x - 0.3)]);
        return Math.abs(x - 0.3);
      },
      0,
      2,
      9,
    );
    expect(seen).toHaveLength(9);
    // Zeros of T_9: 1 + cos(pi (j + 1/2) / 9).
    seen.forEach(([x, value], j) => {
      expect(x).toBeCloseTo(1 + Math.cos(Math.PI * (j + 0.5) / 9), 14);
      expect(series.value(x)).toBeCloseTo(value, 13);
    });
    expect(series.integral(0)).toBeCloseTo(0, 14);
  });

  it("has as its tail the largest of the last three coefficients over the largest", () => {
    // T_4 + 1e-3 T_6 + 1e-5 T_7 + 1e-6 T_8 by cosines.
    const sum = (parts: [number, number][]) => (x: number) =>
      parts.reduce((s, [size, n]) => s + size * Math.cos(n * Math.acos(x)), 0);
    expect(chebyshevSeries(sum([[2, 4], [2e-3, 6], [2e-5, 7], [2e-6, 8]]), -1, 1, 9).tail)
      .toBeCloseTo(1e-3, 12);
    expect(chebyshevSeries(sum([[2, 4], [-0.5, 5], [2e-5, 7]]), -1, 1, 9).tail).toBeCloseTo(
      1e-5,
      12,
    );
    expect(chebyshevSeries(() => 0, 0, 1, 5).tail).toBe(0);
    expect(chebyshevSeries(() => 7, 0, 1, 2).tail).toBe(1);
  });
});

describe("rootBetween", () => {
  it("needs few evaluations, also where one end hardly moves", () => {
    const count = (f: (x: number) => number, low: number, high: number) => {
      let calls = 0;
      const root = rootBetween((x) => (calls++, f(x)), low, high);
      return [root, calls];
    };
    const [smooth, callsSmooth] = count((x) => x * x - 2, 0, 2);
    expect(smooth).toBeCloseTo(Math.SQRT2, 14);
    expect(callsSmooth).toBeLessThan(16);
    const [steep, callsSteep] = count((x) => Math.expm1(40 * x - 20), 0, 1);
    expect(steep).toBeCloseTo(0.5, 13);
    expect(callsSteep).toBeLessThan(40);
    // Regula falsi alone would creep from one end: 300 steps and no root.
    const [steeper, callsSteeper] = count((x) => Math.expm1(300 * x - 150), 0, 1);
    expect(steeper).toBeCloseTo(0.5, 13);
    expect(callsSteeper).toBeLessThan(60);
  });
  it("takes a root at either end, in either order and sign, and flat pieces", () => {
    expect(rootBetween((x) => x - 1, 1, 3)).toBeCloseTo(1, 14);
    expect(rootBetween((x) => x - 3, 1, 3)).toBeCloseTo(3, 14);
    expect(rootBetween((x) => 2 - x, 3, 1)).toBeCloseTo(2, 14);
    // Sign alone: halving is all that helps.
    expect(rootBetween((x) => Math.sign(x - 0.7), 0, 1)).toBeCloseTo(0.7, 13);
  });
  it("ends within the tolerance that is asked, relative to the root where that is large", () => {
    const calls = (tolerance: number, scale = 1) => {
      let n = 0;
      rootBetween((x) => (n++, Math.sign(x - 0.7 * scale)), 0, scale, tolerance);
      return n;
    };
    expect(calls(0.1)).toBeLessThan(calls(1e-6));
    // Near 0 the tolerance is absolute, and an interval as long as it is short enough.
    const near = (root: number) => {
      let n = 0;
      rootBetween((x) => (n++, Math.sign(x - root)), 0, 1, 1e-3);
      return n;
    };
    expect(near(1e-9)).toBeLessThan(16);
    expect(rootBetween((x) => x - 0.3, 0, 1, 1)).toBe(1);
    expect(calls(1e-3, 1e6)).toBeLessThan(calls(1e-3 / 1e6, 1e6));
    const root = rootBetween((x) => Math.sign(x - 0.7), 0, 1, 1e-3);
    expect(Math.abs(root - 0.7)).toBeLessThan(1e-3);
  });
});

it("a ring of three with corners: the solution by Cramer's rule, and nothing else is touched", () => {
  const entry = fc.integer({ min: -10, max: 10 }).map((k) => k / 10);
  const three = fc.array(entry, { minLength: 3, maxLength: 3 });
  fc.assert(fc.property(three, three, three, ([a, b, c], [d, e, f], rhs) => {
    const lower = Float64Array.of(a, b, c), upper = Float64Array.of(d, e, f);
    const diagonal = Float64Array.of(4, 5, -6);
    // Row i couples i - 1, i and i + 1, around the ring.
    const rows = [[4, d, a], [b, 5, e], [f, c, -6]];
    const det = (m: number[][]) =>
      m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
      m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
      m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
    const x = Float64Array.of(9, ...rhs, 9);
    const kept = [lower, diagonal, upper].map((v) => [...v]);
    solvePeriodicTridiagonal(lower, diagonal, upper, x, 1, new Float64Array(9));
    for (let k = 0; k < 3; k++) {
      const replaced = rows.map((row, i) => row.map((v, j) => j === k ? rhs[i] : v));
      expect(x[1 + k]).toBeCloseTo(det(replaced) / det(rows), 12);
    }
    expect([x[0], x[4]]).toEqual([9, 9]);
    expect([lower, diagonal, upper].map((v) => [...v])).toEqual(kept);
  }));
});
