/** Joint agreement of several independent estimates `[M]` with exact values. */
import { invert, type Jackknife } from "@spiediff/fdt-operators";

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
  const pooled = Array.from({ length: n }, () => new Float64Array(n));
  let blocks = 0;
  for (const { deviations } of perSeed) {
    blocks += deviations.length - 1;
    for (const d of deviations) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) pooled[i][j] += d[i] * d[j] / perSeed.length;
      }
    }
  }
  const inverse = invert(pooled);
  let statistic = 0, sum = 0;
  for (const { value } of perSeed) {
    for (let i = 0; i < n; i++) {
      sum += value[i] - exact[i];
      for (let j = 0; j < n; j++) {
        statistic += (value[i] - exact[i]) * inverse[i][j] * (value[j] - exact[j]);
      }
    }
  }
  statistic *= (blocks - n - 1) / blocks;
  const dof = n * perSeed.length;
  const sumError = Math.sqrt(
    perSeed.length * pooled.reduce((s, row) => s + row.reduce((a, b) => a + b, 0), 0),
  );
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
