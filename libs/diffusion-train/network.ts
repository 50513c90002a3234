import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import type { DenoiserWeights, Perceptron } from "@spiediff/onnx-graph";
import type { Tf } from "@spiediff/tensor-backend";

/** Weight and bias arrays of a perceptron, in order; shared, not copied. */
export function parametersOf(net: Perceptron): { arrays: Float32Array[]; shapes: number[][] } {
  return {
    arrays: net.layers.flatMap((layer) => [layer.weight, layer.bias]),
    shapes: net.layers.flatMap((layer) => [[layer.inputs, layer.outputs], [layer.outputs]]),
  };
}

/** The parameters of a perceptron as tensors. */
export function tensorsOf(tf: Tf, net: Perceptron): Tensor[] {
  const { arrays, shapes } = parametersOf(net);
  return arrays.map((array, k) => tf.tensor(array, shapes[k]));
}

/** Output `[B,O]` and last hidden activations `[B,H]` of a perceptron. */
export interface NetworkValues {
  readonly output: Tensor2D;
  readonly hidden: Tensor2D;
}

/** A perceptron with SiLU or tanh between its layers, on parameters `[W0, b0, W1, b1, ...]`. */
export function forward(
  tf: Tf,
  parameters: readonly Tensor[],
  x: Tensor2D,
  activation: Perceptron["activation"] = "silu",
): NetworkValues {
  let hidden = x;
  let a = affine(tf, x, parameters, 0);
  for (let l = 1; l < parameters.length / 2; l++) {
    hidden = activation === "silu" ? tf.mul(a, tf.sigmoid(a)) : tf.tanh(a);
    a = affine(tf, hidden, parameters, l);
  }
  return { output: a, hidden };
}

/**
 * Derivative `[B,1]` of the SiLU perceptron's output in input column 0, by carrying its tangent
 * through the layers, and the last hidden activations `[B,H]`.
 *
 * @param parameters `[W0, b0, ..., Wn]`: the last bias drops out of the derivative (the gauge of f).
 */
export function tangent(
  tf: Tf,
  parameters: readonly Tensor[],
  x: Tensor2D,
): { readonly derivative: Tensor2D; readonly hidden: Tensor2D } {
  const firstWeight = parameters[0] as Tensor2D;
  const layers = Math.ceil(parameters.length / 2);
  let a = affine(tf, x, parameters, 0);
  let hidden = a;
  // The tangent starts as the weight's first row, the same for the whole batch.
  let da = tf.slice(firstWeight, [0, 0], [1, firstWeight.shape[1]]);
  for (let l = 1; l < layers; l++) {
    const s = tf.sigmoid(a);
    hidden = tf.mul(a, s);
    // silu'(a) = s + silu(a) (1 - s).
    const slope = tf.add(s, tf.mul(hidden, tf.sub(1, s)));
    da = tf.matMul(tf.mul(slope, da) as Tensor2D, parameters[2 * l] as Tensor2D);
    if (l + 1 < layers) a = affine(tf, hidden, parameters, l);
  }
  return { derivative: da, hidden };
}

function affine(tf: Tf, x: Tensor2D, parameters: readonly Tensor[], layer: number): Tensor2D {
  return tf.add(tf.matMul(x, parameters[2 * layer] as Tensor2D), parameters[2 * layer + 1]);
}

/** Assembles the denoiser's input rows `[condition, state, time embedding]`. */
export function inputRows(
  weights: DenoiserWeights,
  conditions: readonly ArrayLike<number>[],
  state: ArrayLike<number>,
  timestep: (row: number) => number,
): Float32Array {
  const { embeddingDim, timeEmbedding } = weights;
  const own = conditions.length + 1;
  const width = own + embeddingDim;
  const rows = new Float32Array(state.length * width);
  for (let i = 0; i < state.length; i++) {
    conditions.forEach((condition, c) => rows[i * width + c] = condition[i]);
    rows[i * width + own - 1] = state[i];
    const from = timestep(i) * embeddingDim;
    rows.set(timeEmbedding.subarray(from, from + embeddingDim), i * width + own);
  }
  return rows;
}
