/** How the sampling errors of mean fluxes go with those of the mean fields that they start from. */
import type { EnsembleMoments, WindowMoments } from "@spiediff/kmc";
import { inverse, Matrix } from "ml-matrix";
import { unsmooth } from "./smooth_flux.ts";
import type { SamplingCovariance } from "./types.ts";

/** Which fluxes: of the currents, of their compensators, or of these through smooth windows. */
export type FluxSource = "current" | "compensator" | "smoothCompensator";

/**
 * Covariances of the errors of the mean flux over a window of length `h` and of the mean `z` at `t0`,
 * from realization to realization.
 *
 * Why both: most of a flux's scatter is the flux that the sampled densities ask for, and is no error of
 * a law that is held against the flux at the densities that were measured (docs/theory.md section 4).
 */
export function samplingCovariance(
  { start, windows, count }: EnsembleMoments,
  w: number,
  source: FluxSource,
  h: number,
): SamplingCovariance {
  const window: WindowMoments = windows[w];
  const M = start.mean.length;
  const rowwise = (matrix: Float64Array) => {
    if (source !== "smoothCompensator") return matrix;
    const all = new Float64Array(M * M);
    for (let i = 0; i < M; i++) all.set(unsmooth(matrix.subarray(i * M, (i + 1) * M)), i * M);
    return all;
  };
  // Sums over realizations to the covariance of their means; z at t0 carries no 1/h, a flux one.
  const scaled = (matrix: Float64Array, fluxes: number) => {
    const scale = 1 / (count * (count - 1) * h ** fluxes);
    return Array.from(matrix, (sum) => sum * scale);
  };
  return {
    flux: scaled(rowwise(transposed(rowwise(window[source].comoment), M)), 2),
    cross: scaled(rowwise(window.withStart[source]), 1),
    field: scaled(start.comoment, 0),
  };
}

/**
 * Variance of the fluxes that their regression on the fields leaves, summed over the elements: what a
 * law at the measured densities cannot explain.
 */
export function unexplainedVariance({ flux, cross, field }: SamplingCovariance): number {
  const M = Math.sqrt(flux.length);
  const fields = Matrix.from1DArray(M, M, [...field]);
  // With a fixed number of particles one combination of fields does not vary.
  const ridge = 1e-9 * fields.trace() / M;
  for (let i = 0; i < M; i++) fields.set(i, i, fields.get(i, i) + ridge);
  const both = Matrix.from1DArray(M, M, [...cross]);
  const explained = both.transpose().mmul(inverse(fields)).mmul(both).trace();
  return Matrix.from1DArray(M, M, [...flux]).trace() - explained;
}

function transposed(matrix: Float64Array, n: number): Float64Array {
  return matrix.map((_, at) => matrix[(at % n) * n + Math.floor(at / n)]);
}
