import { randomStream } from "@spiediff/random";
import { describe, expect, it } from "vitest";
import { bandOver, curveBandOver, wholeCurveBandOver } from "./band_over.ts";

describe("bandOver", () => {
  it("gives mean and interpolated quantiles of each column", () => {
    const values = Float64Array.from({ length: 101 * 2 }, (_, k) => k % 2 === 0 ? k / 2 : 7);
    const band = bandOver(values, 2, 0.9);
    expect([...band.mean]).toEqual([50, 7]);
    expect(band.lower[0]).toBeCloseTo(5, 12);
    expect(band.upper[0]).toBeCloseTo(95, 12);
    expect([band.lower[1], band.upper[1]]).toEqual([7, 7]);
  });
});

describe("wholeCurveBandOver", () => {
  it("holds the stated share of whole members, where the pointwise band holds fewer", () => {
    const n = 10, members = 2000;
    const { normal } = randomStream(3, "whole-curve");
    const values = Float64Array.from({ length: members * n }, normal);
    const inside = (band: { lower: Float64Array; upper: Float64Array }) => {
      let count = 0;
      for (let m = 0; m < members; m++) {
        const row = values.subarray(m * n, (m + 1) * n);
        if (row.every((v, i) => v >= band.lower[i] && v <= band.upper[i])) count++;
      }
      return count / members;
    };
    expect(inside(wholeCurveBandOver(values, n, 0.9))).toBeCloseTo(0.9, 2);
    // Ten independent columns: about 0.9^10 = 0.35.
    expect(inside(bandOver(values, n, 0.9))).toBeLessThan(0.5);
  });
  it("is one member's own curve where there is only one", () => {
    const { mean, lower, upper } = wholeCurveBandOver(Float64Array.of(0.3, 0.7), 2, 0.95);
    expect([mean, lower, upper].map((row) => [...row])).toEqual(new Array(3).fill([0.3, 0.7]));
  });
  it("leaves columns alone in which all members agree", () => {
    const values = Float64Array.from({ length: 100 * 2 }, (_, k) => k % 2 === 0 ? k : 0.1);
    const band = wholeCurveBandOver(values, 2, 0.5);
    expect(band.upper[1] - band.lower[1]).toBeLessThan(1e-12);
    expect(band.upper[0] - band.lower[0]).toBeGreaterThan(1);
  });
  it("is mean +- c deviations of the members but one, c between the order statistics", () => {
    // Columns 0, 1, 2, 5 and 10 times that: mean 2, variance 14/3. Largest deviations 2, 1, 0, 3 over its root.
    const band = wholeCurveBandOver(Float64Array.of(0, 0, 1, 10, 2, 20, 5, 50), 2, 0.5);
    expect(band.level).toBe(0.5);
    for (const [i, scale] of [1, 10].entries()) {
      expect(band.mean[i]).toBeCloseTo(2 * scale, 12);
      expect(band.lower[i]).toBeCloseTo((2 - 1.5) * scale, 12);
      expect(band.upper[i]).toBeCloseTo((2 + 1.5) * scale, 12);
    }
  });
});

it("curveBandOver gives both bands of the same members", () => {
  const values = Float64Array.of(0, 0, 1, 10, 2, 20, 5, 50, 9, 30, 4, 70);
  for (const n of [2, 3]) {
    const { wholeCurve, ...pointwise } = curveBandOver(values, n, 0.6);
    expect(pointwise).toEqual(bandOver(values, n, 0.6));
    const { lower, upper } = wholeCurveBandOver(values, n, 0.6);
    expect(wholeCurve).toEqual({ lower, upper });
  }
});
