/** Few realizations and few blocks, where a factor R for R - 1 is not lost in the noise; and dimensions. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { EnsembleMoments, EnsembleRecord, WindowMoments } from "@spiediff/ensemble";
import { latticeProfile, sampleEnsemble } from "@spiediff/kmc";
import {
  controlVariateCovariance,
  estimateOperators,
  jackknife,
  sampleCovariance,
  standardError,
} from "./mod.ts";
import type { Estimated } from "./mod.ts";
import { errorCovariance } from "./jackknife.ts";
import { samplingCovariance } from "./sampling_covariance.ts";

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
/** Sum over realizations of the products of two deviations from their means. */
const comoment = (x: readonly number[], y: readonly number[]) =>
  x.reduce((sum, v, r) => sum + (v - mean(x)) * (y[r] - mean(y)), 0);

/** Moments of one element whose field and current were `z` and `q`, one entry a realization. */
function momentsOf(z: readonly number[], q: readonly number[]): EnsembleMoments {
  const vector = (x: readonly number[]) => ({
    mean: Float64Array.of(mean(x)),
    comoment: Float64Array.of(comoment(x, x)),
  });
  const cross = Float64Array.of(comoment(z, q));
  return {
    count: z.length,
    start: vector(z),
    windows: [{
      ...{ current: vector(q), compensator: vector(q), martingale: vector(q) },
      ...{ smoothCompensator: vector(q), bracket: Float64Array.of(0.25) },
      withStart: { current: cross, compensator: cross, smoothCompensator: cross },
    }],
  };
}

const value = fc.integer({ min: -50, max: 50 }).map((n) => n / 8);
const pairs = (least: number) =>
  fc.array(fc.tuple(value, value), { minLength: least, maxLength: 6 });

describe("covariances of few realizations", () => {
  it("of two are half the squared difference", () => {
    fc.assert(fc.property(value, value, (a, b) => {
      const { windows, count } = momentsOf([0, 0], [a, b]);
      expect(sampleCovariance(windows[0], count)[0]).toBeCloseTo((a - b) ** 2 / 2, 10);
    }));
  });

  it("with control variates subtract the martingale's and add its bracket", () => {
    fc.assert(fc.property(value, value, value, value, (a, b, c, d) => {
      const { windows: [window], count } = momentsOf([0, 0], [a, b]);
      const martingale = momentsOf([0, 0], [c, d]).windows[0].current;
      const controlled: WindowMoments = { ...window, martingale };
      const expected = ((a - b) ** 2 - (c - d) ** 2) / 2 + 0.25;
      expect(controlVariateCovariance(controlled, count)[0]).toBeCloseTo(expected, 10);
    }));
  });

  it("of mean fluxes and fields are those of the mean: over R (R - 1), a flux carries 1/h", () => {
    const length = fc.constantFrom(0.25, 0.5, 3);
    fc.assert(fc.property(pairs(2), length, (both, h) => {
      const [z, q] = [both.map(([a]) => a), both.map(([, b]) => b)];
      const R = both.length;
      const { flux, cross, field } = samplingCovariance(momentsOf(z, q), 0, "current", h);
      expect(flux[0]).toBeCloseTo(comoment(q, q) / (R * (R - 1) * h * h), 8);
      expect(cross[0]).toBeCloseTo(comoment(z, q) / (R * (R - 1) * h), 8);
      expect(field[0]).toBeCloseTo(comoment(z, z) / (R * (R - 1)), 8);
    }));
  });
});

describe("the jackknife of few blocks", () => {
  it("gives a mean its textbook standard error, s / sqrt(R), and covariance", () => {
    fc.assert(fc.property(pairs(3), (both) => {
      const [z, q] = [both.map(([a]) => a), both.map(([, b]) => b)];
      const R = both.length;
      const jack = jackknife(
        momentsOf(z, q),
        both.map(([a, b]) => momentsOf([a], [b])),
        ({ start, windows }) => Float64Array.of(start.mean[0], windows[0].current.mean[0]),
      );
      expect([...jack.value]).toEqual([mean(z), mean(q)]);
      expect(standardError(jack, 0)).toBeCloseTo(Math.sqrt(comoment(z, z) / (R * (R - 1))), 8);
      expect(errorCovariance(jack, 0, 1)).toBeCloseTo(comoment(z, q) / (R * (R - 1)), 8);
    }));
  });

  it("of two blocks is half their difference, and one block has none", () => {
    const parts = [momentsOf([1, 2], [0, 0]), momentsOf([5, 8], [0, 0])];
    const both = momentsOf([1, 2, 5, 8], [0, 0, 0, 0]);
    const jack = jackknife(both, parts, ({ start }) => start.mean);
    expect(standardError(jack, 0)).toBeCloseTo((6.5 - 1.5) / 2, 12);
    expect(() => jackknife(both, [both], ({ start }) => start.mean)).toThrow(/at least 2 blocks/);
  });
});

describe("dimensions of an estimate", () => {
  let record: EnsembleRecord;
  beforeAll(async () => {
    record = await sampleEnsemble({
      system: { sites: 60, halfWidth: 1, betaJ0: 0 },
      initialState: "bernoulli",
      elements: 6,
      profile: latticeProfile("cosine", 60, (x) => 0.5 + 0.2 * Math.cos(2 * Math.PI * x)),
      realizations: 64,
      ...{ seed: 3, burnIn: 0, horizons: [1e-4, 2e-4] },
    });
  });
  /** Relative to the largest entry. */
  const same = (a: readonly number[], b: readonly number[], factor: number) => {
    const size = Math.max(...a.map(Math.abs));
    a.forEach((v, i) => expect(Math.abs(b[i] - factor * v)).toBeLessThan(1e-9 * factor * size));
  };
  const scaled = (a: Estimated, b: Estimated, factor: number) => {
    same(a.value, b.value, factor);
    same(a.standardError, b.standardError, factor);
  };

  it("K is linear in beta with its errors, a covariance quadratic; fluxes do not know it", () => {
    const one = estimateOperators(record);
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 20, noNaN: true }), (beta) => {
        const other = estimateOperators(record, { beta });
        same(one.K1, other.K1, beta);
        same(one.K1StandardError, other.K1StandardError, beta);
        same(one.K1Covariance, other.K1Covariance, beta * beta);
        scaled(one.diagnostics.extrapolated!, other.diagnostics.extrapolated!, beta);
        for (const estimator of ["classic", "controlVariate"] as const) {
          one.diagnostics[estimator].forEach((at, w) => {
            for (const name of ["diagonal", "K1", "outOfBand", "closedK1"] as const) {
              scaled(at[name], other.diagnostics[estimator][w][name], beta);
            }
            for (const name of ["flux", "drift", "smoothFlux", "smoothDrift"] as const) {
              scaled(at[name], other.diagnostics[estimator][w][name], 1);
            }
          });
        }
      }),
      { numRuns: 20 },
    );
  });
});
