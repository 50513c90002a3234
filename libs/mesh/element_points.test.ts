import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { value } from "./arbitraries.ts";
import { elementPoints } from "./mod.ts";

const density = value(0, 1);

describe("elementPoints", () => {
  it("lie inside of the element in rising order, whichever node is called the left one", () => {
    fc.assert(fc.property(density, density, (a, b) => {
      const [first, second] = elementPoints(a, b);
      expect(first).toBeGreaterThanOrEqual(Math.min(a, b));
      expect(second).toBeGreaterThanOrEqual(first);
      expect(second).toBeLessThanOrEqual(Math.max(a, b));
      // Bit for bit: K_ij = K_ji.
      expect(elementPoints(b, a)).toEqual([first, second]);
    }));
  });
  it("are the density itself where both nodes have it, bit for bit", () => {
    fc.assert(fc.property(density, (a) => {
      expect(elementPoints(a, a)).toEqual([a, a]);
    }));
  });
  it("give the mean over the element of any cubic of the density exactly", () => {
    const coefficient = value(-5, 5);
    const cubic = fc.tuple(coefficient, coefficient, coefficient, coefficient);
    fc.assert(fc.property(density, density, cubic, (a, b, c) => {
      const mean = elementPoints(a, b)
        .reduce((sum, rho) => sum + c.reduce((v, one, k) => v + one * rho ** k, 0) / 2, 0);
      // The mean of rho^k over [a, b] is that of a^i b^(k-i) over i.
      const power = (k: number) =>
        Array.from({ length: k + 1 }, (_, i) => a ** i * b ** (k - i) / (k + 1))
          .reduce((sum, v) => sum + v, 0);
      const exact = c.reduce((sum, one, k) => sum + one * power(k), 0);
      expect(Math.abs(mean - exact)).toBeLessThan(1e-13);
    }));
  });
  it("are off for a fourth power by what the rule's error term says", () => {
    // Two points of Gauss on [-1, 1]: 1/9 for x^4, whose mean is 1/5.
    const [first, second] = elementPoints(-1, 1);
    expect((first ** 4 + second ** 4) / 2).toBeCloseTo(1 / 9, 14);
  });
});
