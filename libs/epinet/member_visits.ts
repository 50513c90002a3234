import { type NoiseSchedule, signalAndNoise } from "@spiediff/diffusion";
import type { RandomStream } from "@spiediff/random";

/**
 * The sampler that steering and calibration hold for: epinets are distilled where it looks at the base
 * network (docs/decisions/sampler.md).
 */
export const STEERED_SAMPLER = { kind: "ddim", steps: 2 } as const;

/** A member's latent and a timestep of its reverse process. */
export interface MemberVisit {
  readonly latent: number;
  readonly timestep: number;
  /** Whether {@link STEERED_SAMPLER} ends there, so that a prediction sees it. */
  readonly last: boolean;
}

/**
 * The timesteps at which an epinet must be right, for a few latents: both of {@link STEERED_SAMPLER}, and one
 * anywhere, for other samplers.
 *
 * One latent for all data of a visit, as a member has it: features are then smooth functions of the
 * density. Drawn afresh for each datum they would be noisy inputs of a regression, which biases it.
 */
export function memberVisits(count: number, steps: number, stream: RandomStream): MemberVisit[] {
  return spreadLatents(count).flatMap((latent) => [
    { latent, timestep: steps - 1, last: false },
    { latent, timestep: lastTimestep(steps), last: true },
    { latent, timestep: stream.integer(steps), last: false },
  ]);
}

/** The timestep at which {@link STEERED_SAMPLER} ends. */
export function lastTimestep(steps: number): number {
  return Math.ceil(steps / 2) - 1;
}

/** `count` latents that are evenly spaced, with the mean and the mean square of a standard normal. */
function spreadLatents(count: number): number[] {
  if (count === 1) return [0];
  const half = Math.sqrt(3 * (count - 1) / (count + 1));
  return Array.from({ length: count }, (_, i) => half * (2 * i / (count - 1) - 1));
}

/** A member's noisy state at a timestep, given its clean prediction from the first step. */
export function memberState(
  schedule: NoiseSchedule,
  timestep: number,
  clean: Float64Array,
  latent: number,
): Float32Array {
  const [signal, noise] = signalAndNoise(schedule, timestep);
  return Float32Array.from(clean, (y) => signal * y + noise * latent);
}
