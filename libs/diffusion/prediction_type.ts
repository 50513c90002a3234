import { signalAndNoise } from "./noise_schedule.ts";
import type { NoiseSchedule, PredictionType } from "./types.ts";

/**
 * The clean value that a network's output stands for.
 *
 * With `epsilon` the state is divided by a small signal level at late timesteps, which ruins
 * samplers of few steps; `sample` and `v_prediction` are free of that (docs/theory.md section 6).
 */
export function cleanFromOutput(
  type: PredictionType,
  schedule: NoiseSchedule,
  t: number,
  state: number,
  output: number,
): number {
  const [signal, noise] = signalAndNoise(schedule, t);
  switch (type) {
    case "sample":
      return output;
    case "v_prediction":
      return signal * state - noise * output;
    case "epsilon":
      return (state - noise * output) / signal;
  }
}
