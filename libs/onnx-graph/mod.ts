/** Writes the ONNX graphs of denoisers, their derivative and epinets. @module */
export { drivingForceGraph, freeEnergyGraph, mobilityDenoiserGraph } from "./denoiser_graph.ts";
export { graphMembers, mobilityGraph, potentialGraph } from "./field_graphs.ts";
export { epinetGraph } from "./epinet_graph.ts";
export { OPSET } from "./graph_builder.ts";
export { lawGraph, type SampledQuantity } from "./law_graph.ts";
export { gradientTape } from "./tape.ts";
export type { Tape, TapeValue } from "./tape_types.ts";
export { randomDenoiser, randomPerceptron } from "./random_weights.ts";
export type {
  DenoiserWeights,
  DenseLayer,
  EpinetWeights,
  FieldCondition,
  Perceptron,
} from "./types.ts";
