import type { TrajectoryStatistics } from "@spiediff/ensemble";
import { studentFactor } from "@spiediff/numerics";
import { LEVEL } from "./density_grid.ts";
import type { PredictedField } from "./predicted_field.ts";
import type { PredictedRun } from "./predicted_run.ts";

/** How often simulated means lie inside of the predicted band, all times after the start. */
export interface BandCoverage {
  readonly plain: number;
  /** With each band widened by the simulated mean's own 95 % interval (Student's). */
  readonly withKmcError: number;
  /**
   * Root mean square of (prediction - simulation) over the simulation's standard error, over what estimated
   * errors make of it: 1 where nothing but the simulation's error is between both.
   */
  readonly rmsDeviation: number;
}

/** Compares a prediction and a direct simulation at the same times and nodes. */
export function bandCoverage(
  prediction: Pick<PredictedRun | PredictedField, "times" | "density">,
  truth: TrajectoryStatistics,
): BandCoverage {
  let plain = 0, widened = 0, square = 0, count = 0;
  const M = truth.elements, freedom = truth.degreesOfFreedom;
  const factor = studentFactor(LEVEL, freedom);
  prediction.times.forEach((t, k) => {
    if (t === 0) return;
    const { mean, lower, upper } = prediction.density[k];
    for (let i = 0; i < M; i++) {
      const value = truth.mean[k * M + i], error = truth.standardError[k * M + i];
      count++;
      if (value >= lower[i] && value <= upper[i]) plain++;
      if (value >= lower[i] - factor * error && value <= upper[i] + factor * error) widened++;
      square += ((value - mean[i]) / error) ** 2;
    }
  });
  return {
    plain: plain / count,
    withKmcError: widened / count,
    // The variance of Student's t; below three degrees of freedom it has none.
    rmsDeviation: Math.sqrt(square / count * (freedom > 2 ? (freedom - 2) / freedom : 1)),
  };
}
