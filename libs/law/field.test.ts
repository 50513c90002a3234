import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exclusionDensity } from "./mod.ts";

describe("the density of exclusion", () => {
  const { low, high, ideal } = exclusionDensity;
  const inside = fc.double({ min: 0.01, max: 0.99, noNaN: true });

  it("has an ideal part whose slope is that of its value", () => {
    fc.assert(fc.property(inside, (rho) => {
      const step = 1e-6;
      const slope = (ideal.value(rho + step) - ideal.value(rho - step)) / (2 * step);
      // Truncation step^2/6 times the third derivative, at most 2e6; rounding 1e-9.
      expect(Math.abs(slope / ideal.slope(rho) - 1)).toBeLessThan(1e-7);
    }));
  });

  it("sees holes as it sees particles, and has no finite driving force at its ends", () => {
    fc.assert(fc.property(inside, (rho) => {
      expect(ideal.value(1 - rho)).toBeCloseTo(-ideal.value(rho), 9);
    }));
    expect([ideal.value(low), ideal.value(high)]).toEqual([-Infinity, Infinity]);
  });
});
