import type { NoiseSchedule } from "./types.ts";

/**
 * The timesteps that a sampler of `count` steps visits, from noisy to clean, with `trailing`
 * spacing (Lin et al. 2024): always starting from full noise, so that few steps suffice.
 *
 * @returns `[count]`, e.g. 49, 24 for 2 of 50 steps.
 * @throws {RangeError} if `count` is not a whole number in `1 .. T`.
 */
export function trailingTimesteps(schedule: NoiseSchedule, count: number): number[] {
  const { steps } = schedule;
  if (!Number.isInteger(count) || count < 1 || count > steps) {
    throw new RangeError(`The number of sampling steps must be 1 to ${steps}, not ${count}.`);
  }
  return Array.from({ length: count }, (_, k) => Math.round(steps - k * steps / count) - 1);
}
