import type { PredictedRun, SimulatedProfiles } from "./predicted_run.ts";

/** How often simulated means lie inside of the predicted band, all times after the start. */
export interface BandCoverage {
  readonly plain: number;
  /** With each band widened by 1.96 standard errors of the simulated mean. */
  readonly withKmcError: number;
  /** Root mean square of (prediction - simulation) over the simulation's standard error. */
  readonly rmsDeviation: number;
}

/** Compares a prediction and a direct simulation at the same times and nodes. */
export function bandCoverage(
  prediction: Pick<PredictedRun, "times" | "density">,
  truth: SimulatedProfiles,
): BandCoverage {
  let plain = 0, widened = 0, square = 0, count = 0;
  const M = truth.elements;
  prediction.times.forEach((t, k) => {
    if (t === 0) return;
    const { mean, lower, upper } = prediction.density[k];
    for (let i = 0; i < M; i++) {
      const value = truth.mean[k * M + i], error = truth.standardError[k * M + i];
      count++;
      if (value >= lower[i] && value <= upper[i]) plain++;
      if (value >= lower[i] - 1.96 * error && value <= upper[i] + 1.96 * error) widened++;
      square += ((value - mean[i]) / error) ** 2;
    }
  });
  return {
    plain: plain / count,
    withKmcError: widened / count,
    rmsDeviation: Math.sqrt(square / count),
  };
}
