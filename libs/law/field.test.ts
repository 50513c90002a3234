import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { EXCLUSION, exclusionDensity, type FieldData, fieldOf, workingDomain } from "./mod.ts";

const particles: FieldData = {
  ...{ name: "density", unit: "particles per site" },
  ...{ low: 0, high: null, ideal: "logarithm" },
};
const energy: FieldData = { ...particles, name: "energy", ideal: "reciprocal" };
const two: FieldData = { ...EXCLUSION, low: -1, high: 2 };

describe("a field from data", () => {
  it.each([EXCLUSION, two, particles, energy])(
    "has $ideal with its derivative as slope",
    (data) => {
      const { low, high, ideal } = fieldOf(data);
      const end = Math.min(high, low + 5);
      fc.assert(fc.property(fc.double({ min: 0.05, max: 0.95, noNaN: true }), (share) => {
        const x = low + share * (end - low), h = 1e-5;
        const slope = (ideal.value(x + h) - ideal.value(x - h)) / (2 * h);
        expect(ideal.slope(x) / slope).toBeCloseTo(1, 5);
        expect(ideal.slope(x)).toBeGreaterThan(0);
      }));
      expect(high).toBe(data.high ?? Infinity);
    },
  );
  it("is the occupied fraction for exclusion, bit for bit", () => {
    for (const rho of [1e-9, 0.1, 0.37, 0.9]) {
      expect(exclusionDensity.ideal.value(rho)).toBe(Math.log(rho / (1 - rho)));
      expect(exclusionDensity.ideal.slope(rho)).toBe(1 / (rho * (1 - rho)));
    }
  });
  it("is refused where its ends and its ideal part do not go together", () => {
    expect(() => fieldOf({ ...EXCLUSION, high: null })).toThrow(
      /density.*"logit".*\(0, Infinity\)/,
    );
    expect(() => fieldOf({ ...particles, high: 1 })).toThrow(/not "logarithm" on \(0, 1\)/);
    expect(() => fieldOf({ ...EXCLUSION, high: 0 })).toThrow(/interval, not \(0, 0\)/);
  });
});

describe("the working domain", () => {
  it("is the domain between two ends, and else as far beyond the data as there is room below", () => {
    expect(workingDomain(exclusionDensity, [0.4, 0.6])).toEqual({ low: 0, high: 1 });
    expect(workingDomain(fieldOf(particles), [0.5, 1.5])).toEqual({ low: 0, high: 2 });
    // Data that begin at the end leave a quarter of what they cover.
    expect(workingDomain(fieldOf(particles), [0, 4])).toEqual({ low: 0, high: 5 });
  });
});
