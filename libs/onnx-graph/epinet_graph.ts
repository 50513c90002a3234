import { graphBuilder } from "./graph_builder.ts";
import { perceptron } from "./perceptron_graph.ts";
import type { EpinetWeights } from "./types.ts";

/**
 * An epinet (docs/theory.md section 6).
 *
 * Inputs `features` `[B,F]` and `index` `[B,D]`; output `correction` `[B,1]`, zero at zero index.
 */
export function epinetGraph(name: string, weights: EpinetWeights): Uint8Array {
  const { featureDim, conditionDim, indexDim } = weights;
  const g = graphBuilder(name, "Correction for an epistemic index, linear in it");
  const features = g.input("features", "float32", ["B", featureDim]);
  const index = g.input("index", "float32", ["B", indexDim]);
  // The condition is the tail of the features; a constant matrix picks it.
  const pick = new Float32Array(featureDim * conditionDim);
  for (let c = 0; c < conditionDim; c++) {
    pick[(featureDim - conditionDim + c) * conditionDim + c] = 1;
  }
  const condition = g.op("MatMul", [features, g.constant(pick, [featureDim, conditionDim])]);
  const learnable = perceptron(g, features, weights.learnable);
  const prior = perceptron(g, condition, weights.prior);
  const scaledPrior = g.op("Mul", [prior, g.constant([weights.priorScale], [1, 1])]);
  const perIndex = g.op("Mul", [g.op("Add", [learnable, scaledPrior]), index]);
  const sum = g.sumAxes(perIndex, [1]);
  g.output("correction", g.op("Mul", [sum, g.constant([weights.outputScale], [1, 1])]), ["B", 1]);
  return g.finish();
}
