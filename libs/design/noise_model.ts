/** The errors of one realization of a profile that nobody has simulated yet, from those of profiles measured. */
import type { Field } from "@spiediff/law";
import { Matrix, solve } from "ml-matrix";
import type { MeasuredProfile } from "./measured_profile.ts";

/** Errors per realization as functions of density. */
export interface NoiseModel {
  /** `[M, M]` of the fluxes at measured densities `[M]`. */
  fluxCovariance(density: ArrayLike<number>): Matrix;
  /** `[M]`, relative, of the mobilities' means over elements; neighbours' errors are nearly independent. */
  mobilityVariance(density: ArrayLike<number>): Float64Array;
}

/**
 * Variances go with powers of the fluctuations of independent particles and exponentially with the density,
 * which the measured profiles tell; the fluxes' correlations are those of the measured profiles, averaged
 * around the ring: a covariance again.
 *
 * @throws {RangeError} if there are no measured profiles, or of different meshes.
 */
export function noiseModel(measured: readonly MeasuredProfile[], field: Field): NoiseModel {
  const M = measured[0]?.flux.length ?? 0;
  if (M === 0 || measured.some(({ flux }) => flux.length !== M)) {
    throw new RangeError("Noise needs at least one measured profile, all of one mesh.");
  }
  const regressors = (rho: number) => [1, -Math.log(field.ideal.slope(rho)), rho];
  const fluxVariance = fitLogarithm(
    measured,
    regressors,
    ({ fluxCovariance, realizations }, e) => realizations * fluxCovariance.get(e, e),
  );
  const mobilityVariance = fitLogarithm(
    measured,
    regressors,
    ({ mobility, mobilityStandardError, realizations }, e) =>
      realizations * (mobilityStandardError[e] / mobility[e]) ** 2,
  );
  const correlations = meanCorrelations(measured);
  const middles = (density: ArrayLike<number>) =>
    Float64Array.from(density, (rho, e) => (rho + density[(e + 1) % M]) / 2);
  return {
    fluxCovariance(density) {
      const deviations = middles(density).map((rho) => Math.sqrt(fluxVariance(rho)));
      return new Matrix(
        Array.from(
          deviations,
          (a, i) => Array.from(deviations, (b, j) => a * b * correlations[(j - i + M) % M]),
        ),
      );
    },
    mobilityVariance: (density) => middles(density).map(mobilityVariance),
  };
}

/** Least squares for the logarithm of a variance; what the densities do not tell stays 0. */
function fitLogarithm(
  measured: readonly MeasuredProfile[],
  regressors: (density: number) => number[],
  variance: (profile: MeasuredProfile, element: number) => number,
): (density: number) => number {
  const rows: number[][] = [], logs: number[] = [];
  for (const profile of measured) {
    const { density } = profile, M = density.length;
    for (let e = 0; e < M; e++) {
      const value = variance(profile, e);
      if (!(value > 0)) continue;
      rows.push(regressors((density[e] + density[(e + 1) % M]) / 2));
      logs.push(Math.log(value));
    }
  }
  if (rows.length === 0) throw new RangeError("The measured profiles have no errors.");
  const design = new Matrix(rows), transposed = design.transpose();
  // As one datum whose answer is 0, on the slopes alone.
  const normal = transposed.mmul(design).add(Matrix.diag([1e-9, 1, 1]));
  const coefficients = solve(normal, transposed.mmul(Matrix.columnVector(logs))).to1DArray();
  return (rho) => Math.exp(regressors(rho).reduce((sum, x, k) => sum + x * coefficients[k], 0));
}

/** By distance around the ring, `[M]`. */
function meanCorrelations(measured: readonly MeasuredProfile[]): Float64Array {
  const M = measured[0].flux.length;
  const sums = new Float64Array(M);
  for (const { fluxCovariance } of measured) {
    const deviations = fluxCovariance.diag().map(Math.sqrt);
    for (let i = 0; i < M; i++) {
      for (let j = 0; j < M; j++) {
        sums[(j - i + M) % M] += fluxCovariance.get(i, j) / (deviations[i] * deviations[j]);
      }
    }
  }
  return sums.map((sum, d) => (sum + sums[(M - d) % M]) / (2 * M * measured.length));
}
