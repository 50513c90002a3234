import {
  EMBEDDING_DIM,
  forward,
  inputRows,
  tangent,
  tensorOperations,
  tensorsOf,
} from "@spiediff/diffusion-train";
import type { DenoiserWeights } from "@spiediff/onnx-graph";
import type { Tf } from "@spiediff/tensor-backend";
import type { Tensor2D } from "@tensorflow/tfjs";

/**
 * A base network as an epinet sees it.
 *
 * @param condition `[n]` normalised. @param state `[n]` noisy states at `timestep`.
 * @returns `value` `[n]` what is read of the network; `features` `[n * F]` its last hidden layer and the
 *   condition, as plain numbers: the gradient stops here.
 */
export type BaseNetwork = (
  condition: Float32Array,
  state: Float32Array,
  timestep: number,
) => { value: Float32Array; features: Float32Array };

/** @param read The network's output, or the output's slope in the condition. */
export function baseNetwork(
  tf: Tf,
  weights: DenoiserWeights,
  read: "output" | "slope",
): BaseNetwork {
  const width = 2 + EMBEDDING_DIM;
  return (condition, state, timestep) => {
    let value!: Float32Array, features!: Float32Array;
    // Nothing is returned: tidying up would walk through every number.
    tf.tidy(() => {
      const rows = inputRows(weights, [condition], state, () => timestep);
      const x = tf.tensor2d(rows, [condition.length, width]);
      const parameters = tensorsOf(tf, weights.perceptron);
      const on = tensorOperations(tf);
      const hidden = (layer: Tensor2D) =>
        tf.concat([layer, tf.tensor2d(condition, [condition.length, 1])], 1)
          .dataSync() as Float32Array;
      if (read === "output") {
        const answer = forward(on, parameters, x);
        value = answer.output.dataSync() as Float32Array;
        features = hidden(answer.hidden as Tensor2D);
      } else {
        // A slope knows nothing of the last bias.
        const answer = tangent(on, parameters.slice(0, -1), x, width);
        value = answer.derivative.dataSync() as Float32Array;
        features = hidden(answer.hidden as Tensor2D);
      }
    });
    return { value, features };
  };
}

/** Width of the features: the last hidden layer and the condition. */
export function featureDimOf(weights: DenoiserWeights): number {
  return weights.perceptron.layers.at(-1)!.inputs + 1;
}
