import { type Denoiser, type ReverseStep, sampleInPlace } from "@spiediff/diffusion";
import { softplus } from "@spiediff/numerics";
import type { Tf } from "@spiediff/tensor-backend";
import { fieldCondition } from "./field_condition.ts";
import { pointsOf } from "./mobility_rows.ts";
import { tensorOperations } from "./operations.ts";
import { forward, inputRows, tensorsOf } from "./network.ts";
import type { MobilityModel } from "./types.ts";

/**
 * Samples the mobility m(rho).
 *
 * @param density `[B]`.
 * @param latent `[B]` standard normals the reverse process starts from.
 * @param noise Source of `[B]` standard normals for each step of a stochastic sampler.
 * @returns `[B]` m >= 0, length^2/(energy time).
 */
export async function sampleMobility(
  tf: Tf,
  model: MobilityModel,
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
      const mobility = model.scale * softplus(raw[i]);
      clean[i] = (mobility - model.state.mean) / model.state.std;
    }
  };
  await sampleInPlace(steps, denoise, state, new Float32Array(state.length), noise);
  tf.dispose(parameters);
  return state.map((y) => y * model.state.std + model.state.mean);
}

/** Rows that go through the network at once: the tensor library never gives memory back. */
const ROWS_AT_ONCE = 16_384;

/**
 * Mean mobility over the model's latents and over elements between nodes of the densities `left` and
 * `right`.
 *
 * @param latents `[n]` standard normals; each is used for every element, as in an ensemble member.
 * @returns `[B]`.
 */
export async function meanMobility(
  tf: Tf,
  model: MobilityModel,
  steps: readonly ReverseStep[],
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  latents: ArrayLike<number>,
): Promise<Float64Array> {
  const points = pointsOf(left, right);
  const rows = points.length, n = latents.length;
  const mean = new Float64Array(left.length);
  const wave = Math.max(1, Math.floor(ROWS_AT_ONCE / rows));
  for (let first = 0; first < n; first += wave) {
    const count = Math.min(wave, n - first) * rows;
    const density = Float64Array.from({ length: count }, (_, i) => points[i % rows]);
    const latent = Float32Array.from(
      { length: count },
      (_, i) => latents[first + Math.floor(i / rows)],
    );
    const samples = await sampleMobility(tf, model, steps, density, latent);
    samples.forEach((mobility, i) => mean[i % left.length] += mobility / (2 * n));
  }
  return mean;
}
