import type { GraphBuilder } from "./graph_builder.ts";
import type { Value } from "./types.ts";
import type { DenoiserWeights, DenseLayer } from "./types.ts";

/** `x W + b`. */
export function dense(g: GraphBuilder, x: Value, layer: DenseLayer): Value {
  const product = g.op("MatMul", [x, g.constant(layer.weight, [layer.inputs, layer.outputs])]);
  return g.op("Add", [product, g.constant(layer.bias, [layer.outputs])]);
}

/** `silu(a) = a s(a)`, and the logistic s(a) for whoever needs the derivative. */
function silu(g: GraphBuilder, a: Value): { value: Value; logistic: Value } {
  const logistic = g.op("Sigmoid", [a]);
  return { value: g.op("Mul", [a, logistic]), logistic };
}

/** Result of a denoiser's perceptron on the graph. */
export interface DenoiserValues {
  /** `[B,1]` the last layer's output. */
  readonly output: Value;
  /** `[B,H]` the last hidden activations. */
  readonly hidden: Value;
  /** `[B,1]` derivative of `output` in the first condition; only when asked for. */
  readonly derivative?: Value;
}

/**
 * The denoiser's perceptron on `[condition, state, time embedding]`.
 *
 * The first layer is split: what the timestep adds to it is a table `[steps, H]` that is looked up,
 * so that one timestep may serve a whole batch by broadcasting.
 *
 * @param withDerivative Also carries the tangent of the first condition through every layer, which
 *   makes the derivative an explicit graph: runtimes for inference do not differentiate.
 */
export function denoiserValues(
  g: GraphBuilder,
  conditions: readonly Value[],
  state: Value,
  timestep: Value,
  weights: DenoiserWeights,
  withDerivative = false,
): DenoiserValues {
  const [first, ...rest] = weights.perceptron.layers;
  const own = conditions.length + 1;
  const x = g.op("Concat", [...conditions, state], { axis: 1 });
  const ownWeight = g.constant(first.weight.slice(0, own * first.outputs), [own, first.outputs]);
  const table = g.constant(timeTable(weights, own), [weights.steps, first.outputs]);
  const fromTime = g.op("Gather", [table, timestep], { axis: 0 });
  let a = g.op("Add", [g.op("MatMul", [x, ownWeight]), fromTime]);
  // d a / d condition_0 is the first row of the weight, the same for the whole batch.
  let da = withDerivative
    ? g.constant(first.weight.slice(0, first.outputs), [1, first.outputs])
    : "";
  let hidden = "";
  for (const layer of rest) {
    const { value, logistic } = silu(g, a);
    hidden = value;
    a = dense(g, hidden, layer);
    if (withDerivative) {
      // silu'(a) = s (1 + a (1 - s)) = s + silu(a) (1 - s).
      const one = g.constant([1], [1, 1]);
      const slope = g.op("Add", [
        logistic,
        g.op("Mul", [value, g.op("Sub", [one, logistic])]),
      ]);
      const weight = g.constant(layer.weight, [layer.inputs, layer.outputs]);
      da = g.op("MatMul", [g.op("Mul", [slope, da]), weight]);
    }
  }
  return withDerivative ? { output: a, hidden, derivative: da } : { output: a, hidden };
}

/** `[steps, H]`: time embedding times its rows of the first weight, plus the first bias. */
function timeTable(weights: DenoiserWeights, own: number): Float32Array {
  const first = weights.perceptron.layers[0];
  const { steps, embeddingDim, timeEmbedding } = weights;
  const h = first.outputs;
  const table = new Float32Array(steps * h);
  for (let t = 0; t < steps; t++) {
    for (let j = 0; j < h; j++) {
      let sum = first.bias[j];
      for (let k = 0; k < embeddingDim; k++) {
        sum += timeEmbedding[t * embeddingDim + k] * first.weight[(own + k) * h + j];
      }
      table[t * h + j] = sum;
    }
  }
  return table;
}
