/** Delete-one-block jackknife: honest errors and covariances of any smooth statistic. */
import { type EnsembleMoments, withoutPart } from "@spiediff/ensemble";

/** A vector statistic of an ensemble's moments. */
export type Statistic = (moments: EnsembleMoments) => Float64Array;

/** Point estimate `[n]` and influence of every block `[B][n]`: errors are sums over blocks. */
export interface Jackknife {
  readonly value: Float64Array;
  /** Pseudo-value deviations, scaled so that `Cov = sum over blocks of d d^T`. */
  readonly deviations: readonly Float64Array[];
}

/**
 * Jackknife over blocks of unequal sizes (Busing, Meijer & van der Leeden 1999).
 *
 * @throws {RangeError} with fewer than 2 blocks, or if a block leaves fewer than 2 realizations.
 */
export function jackknife(
  total: EnsembleMoments,
  blocks: readonly EnsembleMoments[],
  statistic: Statistic,
): Jackknife {
  if (blocks.length < 2) {
    throw new RangeError(`Standard errors need at least 2 blocks, not ${blocks.length}.`);
  }
  const value = statistic(total);
  const mean = new Float64Array(value.length);
  const pseudo = blocks.map((block) => {
    const ratio = total.count / block.count;
    const reduced = statistic(withoutPart(total, block));
    const values = value.map((v, i) => ratio * v - (ratio - 1) * reduced[i]);
    values.forEach((v, i) => mean[i] += v / blocks.length);
    return { values, weight: 1 / Math.sqrt((ratio - 1) * blocks.length) };
  });
  return {
    value,
    deviations: pseudo.map(({ values, weight }) => values.map((v, i) => (v - mean[i]) * weight)),
  };
}

/** Standard error of entry `i`. */
export function standardError({ deviations }: Jackknife, i: number): number {
  let sum = 0;
  for (const d of deviations) sum += d[i] * d[i];
  return Math.sqrt(sum);
}

/** Covariance of the errors of entries `i` and `j`. */
export function errorCovariance({ deviations }: Jackknife, i: number, j: number): number {
  let sum = 0;
  for (const d of deviations) sum += d[i] * d[j];
  return sum;
}

/** The jackknife of a linear combination of entries `[n] -> [m]`. */
export function mapJackknife(
  { value, deviations }: Jackknife,
  linear: (entries: Float64Array) => Float64Array,
): Jackknife {
  return { value: linear(value), deviations: deviations.map(linear) };
}
