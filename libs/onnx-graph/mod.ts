/** Writes the ONNX graphs of denoisers, their derivative and epinets. @module */
export { drivingForceGraph, freeEnergyGraph, k1DenoiserGraph } from "./denoiser_graph.ts";
export { epinetGraph } from "./epinet_graph.ts";
export { OPSET } from "./graph_builder.ts";
export { gradientTape, type Tape, type TapeValue } from "./tape.ts";
export { randomDenoiser, randomPerceptron } from "./random_weights.ts";
export type {
  DenoiserWeights,
  DenseLayer,
  EpinetWeights,
  FieldCondition,
  Perceptron,
} from "./types.ts";
