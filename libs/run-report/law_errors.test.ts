import type { TrajectoryStatistics } from "@spiediff/ensemble";
import { exactK1, longRangeFinite, longRangeLimit } from "@spiediff/exact-reference";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bandCoverage } from "./band_coverage.ts";
import { densityGrid } from "./density_grid.ts";
import { fitLine, moveOnto, withoutLine } from "./gauge.ts";
import { relativeError } from "./compared_curve.ts";
import { errorsOfLaw } from "./law_errors.ts";
import type { PredictedRun } from "./predicted_run.ts";

const grid = Array.from({ length: 41 }, (_, i) => 0.1 + 0.02 * i);
const number = fc.double({ min: -5, max: 5, noNaN: true });

describe("gauge", () => {
  it("whatever line is added to f is taken off again, from the value and from its error", () => {
    const f = grid.map((rho) => rho * Math.log(rho));
    fc.assert(fc.property(number, number, (a, b) => {
      const moved = grid.map((rho, i) => f[i] + a + b * rho);
      const back = moveOnto(grid, moved, f);
      expect(relativeError(back.values, f)).toBeLessThan(1e-9);
      expect(back.line.b).toBeCloseTo(-b, 8);
      expect(relativeError(withoutLine(grid, moved), withoutLine(grid, f))).toBeLessThan(1e-9);
    }));
  });
  it("is fitted on the chosen points alone", () => {
    const values = grid.map((rho, i) => i < 20 ? 1 + 2 * rho : 100);
    const { a, b } = fitLine(grid, values, (i) => i < 20);
    expect(a).toBeCloseTo(1, 9);
    expect(b).toBeCloseTo(2, 9);
  });
});

it("relative error is the ratio of norms", () => {
  expect(relativeError([3, 4], [3, 3])).toBeCloseTo(1 / Math.sqrt(18), 12);
});

describe("errors of a law", () => {
  const laws = {
    reference: longRangeFinite({ betaJ0: 1, halfWidth: 40 }),
    limit: longRangeLimit({ betaJ0: 1 }),
  };
  const exact = {
    k1: (rho: number[]) => rho.map((r) => exactK1(laws.reference, r, r, 25)),
    drivingForce: (rho: number[]) => rho.map(laws.reference.drivingForce),
  };
  it("vanish for the exact law in any gauge", () => {
    const gauged = (rho: number[]) => exact.drivingForce(rho).map((v) => v + 7);
    const errors = errorsOfLaw({ ...exact, drivingForce: gauged }, laws, 25, [0.1, 0.9]);
    expect(errors.k1).toBe(0);
    expect(errors.k1AgainstLimit).toBeGreaterThan(0.005);
    // f is an integral of f' by the trapezoidal rule here.
    expect(errors.freeEnergyGaugeFree).toBeLessThan(1e-3);
    expect(errors.diffusivity).toBeLessThan(1e-9);
  });
  it("are those put in", () => {
    const off = {
      k1: (rho: number[]) => exact.k1(rho).map((v) => 1.01 * v),
      drivingForce: (rho: number[]) => exact.drivingForce(rho).map((v) => 0.98 * v),
    };
    const errors = errorsOfLaw(off, laws, 25, [0.1, 0.9]);
    expect(errors.k1).toBeCloseTo(0.01, 9);
    expect(errors.freeEnergyGaugeFree).toBeCloseTo(0.02, 3);
    expect(errors.diffusivity).toBeCloseTo(1 - 1.01 * 0.98, 9);
  });
});

describe("band coverage", () => {
  const M = 2;
  const band = { mean: [0.5, 0.5], lower: [0.4, 0.4], upper: [0.6, 0.6] };
  const prediction = { times: [0, 1, 2], density: [band, band, band] } as unknown as PredictedRun;
  const truth = (mean: number[]): TrajectoryStatistics => ({
    times: [0, 1, 2],
    elements: M,
    realizations: 4,
    degreesOfFreedom: 1e6,
    mean: Float64Array.from(mean),
    standardError: new Float64Array(3 * M).fill(0.05),
  });
  it("counts means inside of the band, the start aside", () => {
    // Outside at the start (not counted); inside, outside by one error; inside, outside by three.
    const coverage = bandCoverage(prediction, truth([0.9, 0.9, 0.5, 0.65, 0.45, 0.25]));
    expect(coverage.plain).toBe(0.5);
    expect(coverage.withKmcError).toBe(0.75);
    expect(coverage.rmsDeviation).toBeCloseTo(Math.sqrt((0 + 9 + 1 + 25) / 4), 5);
    // Of six realizations errors are known badly: 2.57 of them hold 95 %, and their squares are 5/3 in the mean.
    const six = { ...truth([0.5, 0.5, 0.72, 0.5, 0.5, 0.74]), degreesOfFreedom: 5 };
    const few = bandCoverage(prediction, six);
    expect(few.withKmcError).toBe(0.75);
    expect(few.rmsDeviation).toBeCloseTo(Math.sqrt((4.4 ** 2 + 4.8 ** 2) / 4 * 3 / 5), 9);
  });
});

it("the grid of densities is that of all reports, or of the covered ones where they are hardly any", () => {
  const usual = densityGrid([0.3, 0.6]);
  expect(usual).toHaveLength(181);
  [0.02, 0.5, 0.98].forEach((rho, k) => expect(usual[90 * k]).toBeCloseTo(rho, 12));
  // Eight points of 0.96/180 are inside of 0.5 to 0.54, seven of 0.5 to 0.535.
  const step = 0.96 / 180;
  expect(densityGrid([0.5 - 1e-9, 0.5 + 7 * step + 1e-9])[0]).toBe(0.02);
  const narrow = densityGrid([0.5 - 1e-9, 0.5 + 6 * step + 1e-9]);
  expect([narrow[0], narrow[180]]).toEqual([0.5 - 1e-9, 0.5 + 6 * step + 1e-9]);
});
