import { type Denoiser, type ReverseStep, sampleInPlace } from "@spiediff/diffusion";
import type { Tf } from "@spiediff/tensor-backend";
import { fieldCondition } from "./field_condition.ts";
import { pointsOf } from "./k1_rows.ts";
import { tensorOperations } from "./operations.ts";
import { forward, inputRows, tensorsOf } from "./network.ts";
import type { K1Model } from "./types.ts";

/**
 * Samples K1(rho, rho): an element between nodes of one density.
 *
 * @param density `[B]`.
 * @param latent `[B]` standard normals the reverse process starts from.
 * @param noise Source of `[B]` standard normals for each step of a stochastic sampler.
 * @returns `[B]` K1 <= 0.
 */
export async function sampleK1(
  tf: Tf,
  model: K1Model,
  steps: readonly ReverseStep[],
  density: ArrayLike<number>,
  latent: Float32Array,
  noise?: () => Float32Array,
): Promise<Float32Array> {
  const state = latent.slice();
  const conditions = [fieldCondition(model.condition, density)];
  const parameters = tensorsOf(tf, model.weights.perceptron);
  const denoise: Denoiser = (noisy, timestep, clean) => {
    const rows = inputRows(model.weights, conditions, noisy, () => timestep);
    const raw = tf.tidy(() =>
      forward(
        tensorOperations(tf),
        parameters,
        tf.tensor(rows, [noisy.length, rows.length / noisy.length]),
      ).output.dataSync()
    );
    for (let i = 0; i < clean.length; i++) {
      const k1 = -model.scale * softplus(raw[i]);
      clean[i] = (k1 - model.state.mean) / model.state.std;
    }
  };
  await sampleInPlace(steps, denoise, state, new Float32Array(state.length), noise);
  tf.dispose(parameters);
  return state.map((y) => y * model.state.std + model.state.mean);
}

/**
 * Mean of K1 over the model's latents, for elements between nodes of the densities `left` and `right`.
 *
 * @param latents `[n]` standard normals; each is used for every element, as in an ensemble member.
 * @returns `[B]`.
 */
export async function meanK1(
  tf: Tf,
  model: K1Model,
  steps: readonly ReverseStep[],
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  latents: ArrayLike<number>,
): Promise<Float64Array> {
  const points = pointsOf(left, right);
  const rows = points.length, n = latents.length;
  const density = Float64Array.from({ length: n * rows }, (_, i) => points[i % rows]);
  const latent = Float32Array.from({ length: n * rows }, (_, i) => latents[Math.floor(i / rows)]);
  const samples = await sampleK1(tf, model, steps, density, latent);
  const mean = new Float64Array(left.length);
  samples.forEach((k1, i) => mean[i % left.length] += k1 / (2 * n));
  return mean;
}

/** `ln(1 + e^x)`, safe for large |x|. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
