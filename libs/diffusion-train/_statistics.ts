import type { StateScaling } from "./types.ts";

/**
 * Mean and standard deviation.
 *
 * @throws {RangeError} if a value is not finite or all values are equal.
 */
export function meanAndStd(values: ArrayLike<number>): StateScaling {
  let mean = 0, square = 0;
  for (let i = 0; i < values.length; i++) mean += values[i] / values.length;
  for (let i = 0; i < values.length; i++) square += (values[i] - mean) ** 2 / values.length;
  const std = Math.sqrt(square);
  if (!Number.isFinite(mean) || !(std > 0)) {
    throw new RangeError(
      `Training data must be finite and not all equal; mean ${mean}, standard deviation ${std}.`,
    );
  }
  return { mean, std };
}

/** Weights `1/se^2`, scaled to mean 1. */
export function inverseVarianceWeights(standardErrors: ArrayLike<number>): Float64Array {
  const weights = Float64Array.from(standardErrors, (se) => 1 / (se * se));
  const mean = weights.reduce((sum, w) => sum + w, 0) / weights.length;
  return weights.map((w) => w / mean);
}
