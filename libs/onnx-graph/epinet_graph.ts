import { graphBuilder } from "./graph_builder.ts";
import { dense } from "./perceptron_graph.ts";
import type { EpinetWeights } from "./types.ts";

/**
 * An epinet (docs/theory.md section 6).
 *
 * Inputs `features` `[B,F]` and `index` `[B,D]`; output `correction` `[B,1]`, zero at zero index.
 */
export function epinetGraph(name: string, weights: EpinetWeights): Uint8Array {
  const { featureDim, conditionDim, indexDim, randomLayer, randomScale, outputScale } = weights;
  const g = graphBuilder(name, "Correction for an epistemic index, linear in it");
  const features = g.input("features", "float32", ["B", featureDim]);
  const index = g.input("index", "float32", ["B", indexDim]);
  // The condition is the tail of the features: zero weights pass over what comes before it.
  const before = (featureDim - conditionDim) * randomLayer.outputs;
  const padded = new Float32Array(featureDim * randomLayer.outputs);
  padded.set(randomLayer.weight, before);
  const random = g.op("Tanh", [
    dense(g, features, { ...randomLayer, inputs: featureDim, weight: padded }),
  ]);
  const inputs = featureDim + randomLayer.outputs;
  const isRandom = (row: number) => row >= featureDim && row < inputs;
  const readout = weights.prior.map((w, k) =>
    outputScale * (isRandom(Math.floor(k / indexDim)) ? randomScale : 1) *
    (w + weights.learnable[k])
  );
  const coefficients = dense(g, g.op("Concat", [features, random], { axis: 1 }), {
    inputs,
    outputs: indexDim,
    weight: readout.slice(0, inputs * indexDim),
    bias: readout.slice(inputs * indexDim),
  });
  g.output("correction", g.sumAxes(g.op("Mul", [coefficients, index]), [1]), ["B", 1]);
  return g.finish();
}
