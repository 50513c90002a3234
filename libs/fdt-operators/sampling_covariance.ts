/** How the sampling errors of mean fluxes go with those of the mean fields that they start from. */
import type { EnsembleMoments, WindowMoments } from "@spiediff/ensemble";
import { BAND_WIDTH, bandIndex, bandWidth, transposedBand } from "@spiediff/numerics";
import { inverse, Matrix } from "ml-matrix";
import { unsmoothPart } from "./smooth_flux.ts";
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
  const rowwise = (band: Float64Array) =>
    source === "smoothCompensator" ? unsmoothRows(band, M) : band;
  // Sums over realizations to the covariance of their means; z at t0 carries no 1/h, a flux one.
  const scaled = (band: Float64Array, fluxes: number) => {
    const scale = 1 / (count * (count - 1) * h ** fluxes);
    return Array.from(band, (sum) => sum * scale);
  };
  return {
    flux: scaled(rowwise(transposedBand(rowwise(window[source].comoment), M)), 2),
    cross: scaled(rowwise(window.withStart[source]), 1),
    field: scaled(start.comoment, 0),
  };
}

/** Undoes the smooth windows in the columns; what lies beyond the band counts as zero. */
function unsmoothRows(band: Float64Array, n: number): Float64Array {
  const width = bandWidth(n);
  const out = new Float64Array(band.length);
  for (let i = 0; i < n; i++) {
    const row = band.subarray(i * width, (i + 1) * width);
    out.set(unsmoothPart(row, n), i * width);
  }
  return out;
}

/**
 * Variance of each flux that its regression on the fields leaves, `[n]`: what a law at the measured densities
 * cannot explain. On long rings each flux is held against the fields up to half a band away.
 */
export function unexplainedVariances(covariance: SamplingCovariance, n: number): number[] {
  const { flux, cross, field } = covariance;
  const at = (i: number, j: number) => bandIndex(n, i, j);
  const nodes = Array.from({ length: n }, (_, i) => i);
  // With a fixed number of particles one combination of fields does not vary.
  const ridge = 1e-9 * nodes.reduce((sum, i) => sum + field[at(i, i)], 0) / n;
  const inverseOf = (near: readonly number[]) => {
    const fields = new Matrix(near.map((i) => near.map((j) => field[at(i, j)])));
    for (let i = 0; i < near.length; i++) fields.set(i, i, fields.get(i, i) + ridge);
    return inverse(fields);
  };
  const explains = (near: readonly number[], elements: readonly number[]) =>
    new Matrix(near.map((i) => elements.map((e) => cross[at(i, e)])));
  if (n <= BAND_WIDTH) {
    const both = explains(nodes, nodes);
    const explained = both.transpose().mmul(inverseOf(nodes)).mmul(both);
    return nodes.map((e) => flux[at(e, e)] - explained.get(e, e));
  }
  const reach = (BAND_WIDTH - 1) / 4;
  return nodes.map((e) => {
    const near = Array.from({ length: 2 * reach + 1 }, (_, k) => (e - reach + k + n) % n);
    const both = explains(near, [e]);
    return flux[at(e, e)] - both.transpose().mmul(inverseOf(near)).mmul(both).get(0, 0);
  });
}

/** The same, summed over the elements. */
export const unexplainedVariance = (covariance: SamplingCovariance, n: number): number =>
  unexplainedVariances(covariance, n).reduce((sum, variance) => sum + variance, 0);
