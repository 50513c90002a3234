import type { Tensor } from "@tensorflow/tfjs";
import type { DenoiserWeights, Perceptron } from "@spiediff/onnx-graph";
import type { Tf } from "@spiediff/tensor-backend";
import type { Operations } from "./operations.ts";

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
export interface NetworkValues<T> {
  readonly output: T;
  readonly hidden: T;
}

/** A perceptron with SiLU or tanh between its layers, on parameters `[W0, b0, W1, b1, ...]`. */
export function forward<T>(
  on: Operations<T>,
  parameters: readonly T[],
  x: T,
  activation: Perceptron["activation"] = "silu",
): NetworkValues<T> {
  let hidden = x;
  let a = affine(on, x, parameters, 0);
  for (let l = 1; l < parameters.length / 2; l++) {
    hidden = activation === "silu" ? on.mul(a, on.sigmoid(a)) : on.tanh(a);
    a = affine(on, hidden, parameters, l);
  }
  return { output: a, hidden };
}

/** Mean `[B,1]` of `softplus(output)` over the two points of each element: positive, whatever the network. */
export function elementMean<T>(
  on: Operations<T>,
  parameters: readonly T[],
  first: T,
  second: T,
): T {
  const head = (x: T) => on.softplus(forward(on, parameters, x).output);
  return on.mul(on.add(head(first), head(second)), on.constant([0.5], [1]));
}

/**
 * Derivative `[B,1]` of the SiLU perceptron's output in input column 0, by carrying its tangent
 * through the layers, and the last hidden activations `[B,H]`.
 *
 * @param parameters `[W0, b0, ..., Wn]`: the last bias drops out of the derivative (the gauge of f).
 * @param inputs Number of input columns.
 */
export function tangent<T>(
  on: Operations<T>,
  parameters: readonly T[],
  x: T,
  inputs: number,
): { readonly derivative: T; readonly hidden: T } {
  const layers = Math.ceil(parameters.length / 2);
  const one = on.constant([1], [1]);
  let a = affine(on, x, parameters, 0);
  let hidden = a;
  // The tangent starts as the weight's first row, the same for the whole batch.
  const first = Float32Array.from({ length: inputs }, (_, i) => i === 0 ? 1 : 0);
  let da = on.matMul(on.constant(first, [1, inputs]), parameters[0]);
  for (let l = 1; l < layers; l++) {
    const s = on.sigmoid(a);
    hidden = on.mul(a, s);
    // silu'(a) = s + silu(a) (1 - s).
    const slope = on.add(s, on.mul(hidden, on.sub(one, s)));
    da = on.matMul(on.mul(slope, da), parameters[2 * l]);
    if (l + 1 < layers) a = affine(on, hidden, parameters, l);
  }
  return { derivative: da, hidden };
}

function affine<T>(on: Operations<T>, x: T, parameters: readonly T[], layer: number): T {
  return on.add(on.matMul(x, parameters[2 * layer]), parameters[2 * layer + 1]);
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
