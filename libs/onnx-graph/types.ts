/** A dense layer `y = x W + b`. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** `[inputs * outputs]`, row-major. */
  readonly weight: Float32Array;
  /** `[outputs]`. */
  readonly bias: Float32Array;
}

/** A multilayer perceptron; the activation follows every layer but the last. */
export interface Perceptron {
  readonly activation: "silu" | "tanh";
  readonly layers: readonly DenseLayer[];
}

/**
 * The denoiser's perceptron takes `[condition, state, time embedding]`; its time embedding is a
 * fixed table, one row a timestep.
 */
export interface DenoiserWeights {
  readonly perceptron: Perceptron;
  /** `[steps * embeddingDim]`, row-major. */
  readonly timeEmbedding: Float32Array;
  readonly steps: number;
  readonly embeddingDim: number;
}

/** Condition of a denoiser: `(rho - offset) * scale`. */
export interface FieldCondition {
  readonly offset: number;
  readonly scale: number;
}

/**
 * An epinet linear in its index: `correction = outputScale * index . (prior + learnable)^T [features,
 * randomScale tanh(randomLayer(condition)), 1]`, where the condition is the last `conditionDim`
 * features.
 */
export interface EpinetWeights {
  readonly featureDim: number;
  readonly conditionDim: number;
  readonly indexDim: number;
  /** Fixed random layer `[conditionDim -> P]` that both parts read besides the features. */
  readonly randomLayer: DenseLayer;
  readonly randomScale: number;
  /** `[(featureDim + P + 1) * indexDim]`, row-major: the fixed random prior. */
  readonly prior: Float32Array;
  /** `[(featureDim + P + 1) * indexDim]`: what distillation has learned. */
  readonly learnable: Float32Array;
  readonly outputScale: number;
}

/** A value's name inside the graph. */
export type Value = string;

/** One operation, as the file has it. */
export interface GraphNode {
  readonly name: string;
  readonly opType: string;
  readonly input: readonly Value[];
  readonly output: readonly Value[];
  readonly attribute?: readonly object[] | null | undefined;
}
