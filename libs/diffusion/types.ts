/** Which noise schedule; the manifest of a model carries this record. */
export type NoiseScheduleSpec =
  /** Nichol & Dhariwal 2021: `alphasCumprod = cos^2(pi/2 (t/T + s)/(1 + s))`, betas cut at 0.999. */
  | { readonly name: "cosine"; readonly steps: number; readonly offset: number }
  /** Ho et al. 2020: betas linear in t, given for 1000 steps and rescaled to `steps`. */
  | {
    readonly name: "linear";
    readonly steps: number;
    readonly betaStart: number;
    readonly betaEnd: number;
  };

/** A forward process `y_t = sqrt(alphasCumprod[t]) y_0 + sqrt(1 - alphasCumprod[t]) noise`. */
export interface NoiseSchedule {
  readonly spec: NoiseScheduleSpec;
  /** Number of diffusion steps T; timesteps run over `0 .. T-1`. */
  readonly steps: number;
  /** `[T]` cumulative products of `1 - beta`, strictly decreasing in (0, 1). */
  readonly alphasCumprod: Float64Array;
}

/**
 * One reverse step as an affine map: `previous = stateCoefficient * state + cleanCoefficient *
 * clean + noiseCoefficient * noise`.
 */
export interface ReverseStep {
  readonly timestep: number;
  readonly stateCoefficient: number;
  readonly cleanCoefficient: number;
  readonly noiseCoefficient: number;
}

/**
 * Predicts the clean values of a batch.
 *
 * @param state `[n]` noisy values at `timestep`.
 * @param clean `[n]`, written by the call.
 */
export type Denoiser = (
  state: Float32Array,
  timestep: number,
  clean: Float32Array,
) => void | Promise<void>;
