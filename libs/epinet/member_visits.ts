import { type NoiseSchedule, signalAndNoise } from "@spiediff/diffusion";
import type { RandomStream } from "@spiediff/random";

/** A member's latent and a timestep of its reverse process. */
export interface MemberVisit {
  readonly latent: number;
  readonly timestep: number;
  /** Whether the default sampler ends there, so that a prediction sees it. */
  readonly last: boolean;
}

/**
 * The timesteps at which an epinet must be right, for a few latents: both of DDIM with two steps, and one
 * anywhere, for other samplers.
 *
 * One latent for all data of a visit, as a member has it: features are then smooth functions of the
 * density. Drawn afresh for each datum they would be noisy inputs of a regression, which biases it.
 */
export function memberVisits(count: number, steps: number, stream: RandomStream): MemberVisit[] {
  return Array.from({ length: count }, () => stream.normal()).flatMap((latent) => [
    { latent, timestep: steps - 1, last: false },
    { latent, timestep: Math.ceil(steps / 2) - 1, last: true },
    { latent, timestep: stream.integer(steps), last: false },
  ]);
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
