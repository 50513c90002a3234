import { trailingTimesteps } from "./timesteps.ts";
import type { NoiseSchedule, ReverseStep } from "./types.ts";

/**
 * The reverse steps of DDIM (Song, Meng & Ermon 2021, their Eq. 12).
 *
 * With clean prediction y0 and implied noise e = (y_t - sqrt(a_t) y0)/sqrt(1 - a_t):
 * `y_prev = sqrt(a_prev) y0 + sqrt(1 - a_prev - s^2) e + s noise`, where
 * `s = eta sqrt((1 - a_prev)/(1 - a_t)) sqrt(1 - a_t/a_prev)`. After the last step a_prev = 1, so
 * that the sample is the last clean prediction itself.
 *
 * @param eta 0 is the deterministic sampler, 1 the ancestral one.
 * @throws {RangeError} if `count` or `eta` is out of range.
 */
export function ddimSteps(schedule: NoiseSchedule, count: number, eta = 0): ReverseStep[] {
  if (!(eta >= 0 && eta <= 1)) throw new RangeError(`eta must lie in [0, 1], not ${eta}.`);
  const timesteps = trailingTimesteps(schedule, count);
  return timesteps.map((timestep, k) => {
    const a = schedule.alphasCumprod[timestep];
    const aPrev = k + 1 < count ? schedule.alphasCumprod[timesteps[k + 1]] : 1;
    const sigma = eta * Math.sqrt((1 - aPrev) / (1 - a) * (1 - a / aPrev));
    // Rounding may leave a negative zero under the root at eta = 1.
    const direction = Math.sqrt(Math.max(0, 1 - aPrev - sigma * sigma)) / Math.sqrt(1 - a);
    return {
      timestep,
      stateCoefficient: direction,
      cleanCoefficient: Math.sqrt(aPrev) - direction * Math.sqrt(a),
      noiseCoefficient: sigma,
    };
  });
}

/** The ancestral sampler of Ho, Jain & Abbeel 2020 over all T timesteps: DDIM with eta = 1. */
export function ddpmSteps(schedule: NoiseSchedule): ReverseStep[] {
  return ddimSteps(schedule, schedule.steps, 1);
}
