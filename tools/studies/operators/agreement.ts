/** Joint agreement of several independent estimates `[M]` with exact values. */
import type { Jackknife } from "@spiediff/fdt-operators";
import { whiteningOf } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";

/** How far estimates lie from exact values, in standard deviations. */
export interface Agreement {
  /** `(T^2 - dof) / sqrt(2 dof)` of Hotelling's statistic over all seeds and elements. */
  readonly excess: number;
  /** Deviation of the mean over seeds and elements in its standard errors. */
  readonly meanDeviation: number;
  /** The same relative to the mean of the exact values. */
  readonly relativeDeviation: number;
  /** Standard error of that. */
  readonly relativeError: number;
}

/**
 * Compares one jackknife per seed with exact values. The covariance is pooled over the seeds and
 * Hotelling's bias of its inverse taken out, so that `excess` exceeds 3 in about 0.3 % of true cases.
 */
export function agreement(perSeed: readonly Jackknife[], exact: ArrayLike<number>): Agreement {
  const n = exact.length;
  const pooled = Matrix.zeros(n, n);
  let blocks = 0;
  for (const { deviations } of perSeed) {
    blocks += deviations.length - 1;
    for (const d of deviations) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          pooled.set(i, j, pooled.get(i, j) + d[i] * d[j] / perSeed.length);
        }
      }
    }
  }
  const whitening = whiteningOf(pooled);
  if (whitening === null) {
    throw new RangeError(`The errors of ${n} values in ${blocks} blocks depend on each other.`);
  }
  let statistic = 0, sum = 0;
  for (const { value } of perSeed) {
    const deviation = Matrix.columnVector(Array.from(value, (v, i) => v - exact[i]));
    sum += deviation.sum();
    statistic += whitening.mmul(deviation).norm() ** 2;
  }
  statistic *= (blocks - n - 1) / blocks;
  const dof = n * perSeed.length;
  const sumError = Math.sqrt(perSeed.length * pooled.sum());
  const total = perSeed.length * Array.from(exact).reduce((a, b) => a + b, 0);
  return {
    excess: (statistic - dof) / Math.sqrt(2 * dof),
    meanDeviation: sum / sumError,
    relativeDeviation: sum / total,
    relativeError: Math.abs(sumError / total),
  };
}

/**
 * Nodal potentials `P` (mean removed, last one dropped) with `J_e = P_e - P_{e+1}`: coordinates in
 * which the errors of fluxes are nearly white and their covariance is regular.
 */
export function potentials(flux: Float64Array): Float64Array {
  let sum = 0;
  const p = flux.map((j) => sum -= j);
  const mean = p.reduce((a, b) => a + b, 0) / p.length;
  return p.map((v) => v - mean).slice(0, -1);
}
