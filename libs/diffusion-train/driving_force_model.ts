import { type Denoiser, type ReverseStep, sampleInPlace } from "@spiediff/diffusion";
import type { Tf } from "@spiediff/tensor-backend";
import { tensorOperations } from "./operations.ts";
import { inputRows, tangent, tensorsOf } from "./network.ts";
import { fieldCondition } from "./field_condition.ts";
import type { DrivingForceModel } from "./types.ts";

/**
 * Samples f' at densities.
 *
 * @param density `[B]`.
 * @param latent `[B]` standard normals; one value for all rows makes f' one function of density.
 * @param noise As for the mobility.
 * @returns `[B]` f', energy units.
 */
export async function sampleDrivingForce(
  tf: Tf,
  model: DrivingForceModel,
  steps: readonly ReverseStep[],
  density: ArrayLike<number>,
  latent: Float32Array,
  noise?: () => Float32Array,
): Promise<Float32Array> {
  const state = latent.slice();
  const condition = fieldCondition(model.condition, density);
  const parameters = tensorsOf(tf, model.weights.perceptron);
  const slope = model.energyScale * model.condition.scale;
  const denoise: Denoiser = (noisy, timestep, clean) => {
    const rows = inputRows(model.weights, [condition], noisy, () => timestep);
    const width = rows.length / noisy.length;
    const derivative = tf.tidy(() =>
      tangent(tensorOperations(tf), parameters, tf.tensor(rows, [noisy.length, width]), width)
        .derivative.dataSync()
    );
    for (let i = 0; i < clean.length; i++) {
      clean[i] = (slope * derivative[i] - model.state.mean) / model.state.std;
    }
  };
  await sampleInPlace(steps, denoise, state, new Float32Array(state.length), noise);
  tf.dispose(parameters);
  const { energy, field } = model.ideal;
  return state.map((y, i) =>
    y * model.state.std + model.state.mean +
    (energy === 0 ? 0 : energy * field.ideal.value(density[i]))
  );
}
