import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gaussLegendre, gaussMean, gaussPoints } from "./gauss_legendre.ts";

const counts = [2, 3, 5, 16] as const;

describe.each(counts)("the Gauss-Legendre rule of %i points", (n) => {
  const rule = gaussLegendre[n];
  it("has means of powers below the 2n-th exactly, and not of the 2n-th", () => {
    expect([rule.points.length, rule.weights.length]).toEqual([n, n]);
    const mean = (power: number) => gaussMean((x) => x ** power, -1, 1, rule);
    for (let k = 0; k < 2 * n; k++) {
      expect(mean(k)).toBeCloseTo(k % 2 === 0 ? 1 / (k + 1) : 0, 13);
    }
    // Its error is 2^(2n) (n!)^4 / ((2n + 1) ((2n)!)^2) times the leading coefficient.
    let error = 1 / (2 * n + 1);
    for (let k = 1; k <= n; k++) error *= (2 * k * k / (2 * k * (2 * k - 1))) ** 2;
    expect((1 / (2 * n + 1) - mean(2 * n)) / error).toBeCloseTo(1, n === 16 ? 2 : 10);
  });
  it("looks at pairs around the middle, which stands first where it is a point", () => {
    if (n % 2 === 1) expect(rule.points[0]).toBe(0);
    for (let q = n % 2; q < n; q += 2) {
      expect(rule.points[q]).toBe(-rule.points[q + 1]);
      expect(rule.points[q + 1]).toBeGreaterThan(q < 2 ? 0 : rule.points[q - 1]);
      expect(rule.weights[q]).toBe(rule.weights[q + 1]);
    }
  });
});

it("means hold on any interval, in either direction; sixteen points where no rule is named", () => {
  const end = fc.integer({ min: -40, max: 40 }).map((k) => k / 10);
  fc.assert(fc.property(end, end, fc.constantFrom(...counts), (a, b, n) => {
    const cube = (a ** 3 + a ** 2 * b + a * b ** 2 + b ** 3) / 4;
    expect(gaussMean((x) => x ** 3, a, b, gaussLegendre[n])).toBeCloseTo(cube, 10);
    expect(gaussMean(Math.exp, a, b)).toBe(gaussMean(Math.exp, b, a));
    for (const x of gaussPoints(a, b, gaussLegendre[n])) {
      expect(x).toBeGreaterThanOrEqual(Math.min(a, b));
      expect(x).toBeLessThanOrEqual(Math.max(a, b));
    }
  }));
  expect(gaussMean(Math.exp, 0, 2)).toBeCloseTo((Math.exp(2) - 1) / 2, 13);
});
