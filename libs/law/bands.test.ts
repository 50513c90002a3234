import { randomStream } from "@spiediff/random";
import { describe, expect, it } from "vitest";
import { beyondData, deviationsOfParts } from "./band_parts.ts";
import { bandOver, curveBandOver, deviationOver, wholeCurveBandOver } from "./band_over.ts";

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

describe("quantiles", () => {
  it("lie on the lines between order statistics, whatever their distances", () => {
    // Of 0, 1, 4, 9, 25, in whatever order: positions 4 (1 -+ level) / 2 in the list.
    const values = Float64Array.of(9, 0, 25, 1, 4);
    for (
      const [level, lower, upper] of [[0.7, 0.6, 9 + 0.4 * 16], [0.2, 1 + 0.6 * 3, 4 + 0.4 * 5]]
    ) {
      const band = bandOver(values, 1, level);
      expect(band.lower[0]).toBeCloseTo(lower, 12);
      expect(band.upper[0]).toBeCloseTo(upper, 12);
      expect(band.level).toBe(level);
    }
    const [whole] = [bandOver(values, 1, 1)];
    expect([whole.lower[0], whole.upper[0]]).toEqual([0, 25]);
  });
});

describe("deviationOver", () => {
  it("is the root of the unbiased variance, column by column", () => {
    const deviation = deviationOver(Float64Array.of(1, 10, 3, 10, 8, 10), 2);
    // 1, 3, 8: mean 4, squares 9 + 1 + 16 over 2.
    expect([...deviation]).toEqual([Math.sqrt(13), 0]);
    expect([...deviationOver(Float64Array.of(5, 6), 2)]).toEqual([0, 0]);
  });
});

describe("wholeCurveBandOver", () => {
  it("is not spoilt by a column that is zero in all members", () => {
    const { lower, upper } = wholeCurveBandOver(Float64Array.of(0, 1, 0, 2, 0, 6), 2, 0.9);
    expect([lower[0], upper[0]]).toEqual([0, 0]);
    expect(upper[1]).toBeGreaterThan(lower[1]);
  });

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

describe("errors that members do not show", () => {
  const values = Float64Array.from({ length: 101 * 2 }, (_, k) => k % 2 === 0 ? k / 2 : 7);
  // 1.6449 standard deviations hold 90 % of a normal error.
  const z = 1.6448536269514722;

  it("widen either side of each point to the root of the sum of squares", () => {
    const { mean, lower, upper } = bandOver(values, 2, 0.9, Float64Array.of(30, 2));
    expect([...mean]).toEqual([50, 7]);
    expect(upper[0] - 50).toBeCloseTo(Math.hypot(45, 30 * z), 8);
    expect(50 - lower[0]).toBeCloseTo(Math.hypot(45, 30 * z), 8);
    expect(upper[1] - 7).toBeCloseTo(2 * z, 8);
  });

  it("leave a band as it is where there are none", () => {
    const none = new Float64Array(2);
    const { wholeCurve, ...band } = curveBandOver(values, 2, 0.9, none);
    expect(band).toEqual(bandOver(values, 2, 0.9));
    expect(wholeCurve.upper[1]).toBeCloseTo(7, 12);
  });

  it("widen the band of whole curves by the same factor of the joint standard deviation", () => {
    const { normal } = randomStream(5, "whole-curve");
    const own = Float64Array.from({ length: 400 * 3 }, normal);
    const plain = wholeCurveBandOver(own, 3, 0.95);
    const wide = wholeCurveBandOver(own, 3, 0.95, Float64Array.of(0, 1, 2));
    const ratio = wide.upper.map((v, i) => (v - wide.mean[i]) / (plain.upper[i] - plain.mean[i]));
    // Deviations of 400 normal members are 1 to 3.5 %: four of these.
    [1, Math.SQRT2, Math.sqrt(5)].forEach((asked, i) =>
      expect(Math.abs(ratio[i] / asked - 1)).toBeLessThan(i === 0 ? 1e-12 : 0.14)
    );
    // Without members there is still the normal error of each point.
    const [half] = wholeCurveBandOver(Float64Array.of(1), 1, 0.9, Float64Array.of(2)).upper;
    expect(half - 1).toBeCloseTo(2 * z, 8);
  });

  it("add up in squares over the parts, of which some were not measured", () => {
    const parts = {
      data: Float64Array.of(9, 9),
      mesh: Float64Array.of(3, 0),
      step: null,
      law: Float64Array.of(4, 0),
      correlations: null,
      inputs: null,
    };
    expect([...beyondData(parts)]).toEqual([5, 0]);
    const told = deviationsOfParts([parts, { ...parts, law: null }]);
    expect(told.map(({ label }) => label)).toEqual([
      ...["the data leave open", "the mesh", "the time step", "the law itself"],
      "correlations, order 1/N",
    ]);
    expect(told.map(({ deviation }) => deviation)).toEqual([
      [9, 9],
      [3 / Math.SQRT2, 3 / Math.SQRT2].map((v) => expect.closeTo(v, 12)),
      [null, null],
      [expect.closeTo(4 / Math.SQRT2, 12), null],
      [null, null],
    ]);
    const declared = { ...parts, inputs: Float64Array.of(1, 1) };
    expect(deviationsOfParts([parts, declared]).at(-1)).toEqual({
      ...{ label: "declared inputs", deviation: [null, 1] },
    });
  });
});
