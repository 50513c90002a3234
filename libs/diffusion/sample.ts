import type { Denoiser, ReverseStep } from "./types.ts";

/**
 * Runs the reverse process on a batch, in place.
 *
 * @param steps From `ddimSteps` or `ddpmSteps`.
 * @param state `[n]` starts as the latent (standard normal) and ends as the sample.
 * @param clean `[n]` scratch.
 * @param noise Fills `[n]` standard normals for step k; needed only by stochastic samplers.
 * @throws {TypeError} if a step needs noise and none is given.
 */
export async function sampleInPlace(
  steps: readonly ReverseStep[],
  denoise: Denoiser,
  state: Float32Array,
  clean: Float32Array,
  noise?: (k: number) => Float32Array,
): Promise<void> {
  for (let k = 0; k < steps.length; k++) {
    const { timestep, stateCoefficient, cleanCoefficient, noiseCoefficient } = steps[k];
    const pending = denoise(state, timestep, clean);
    if (pending) await pending;
    for (let i = 0; i < state.length; i++) {
      state[i] = stateCoefficient * state[i] + cleanCoefficient * clean[i];
    }
    if (noiseCoefficient > 0) {
      if (!noise) throw new TypeError("A stochastic sampler needs a source of noise.");
      const draw = noise(k);
      for (let i = 0; i < state.length; i++) state[i] += noiseCoefficient * draw[i];
    }
  }
}
