import {
  forward,
  type Operations,
  parametersOf,
  tensorOperations,
  tensorsOf,
} from "@spiediff/diffusion-train";
import { type EpinetWeights, randomPerceptron } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";

/** Width of the prior network's hidden layer. */
const PRIOR_HIDDEN = 32;

/**
 * A fresh epinet: random learnable part, fixed random prior network.
 *
 * Both are linear in the index, `correction = outputScale * index . (learnable(features) +
 * priorScale * prior(condition))`, so that over a standard normal index the correction is a
 * Gaussian process of rank D and every expectation over the index is a closed form.
 *
 * @param outputScale Size of the correction that the prior makes where there are no data, in the
 *   units of the quantity that is corrected.
 */
export function freshEpinet(
  featureDim: number,
  conditionDim: number,
  indexDim: number,
  hidden: readonly number[],
  outputScale: number,
  stream: RandomStream,
): EpinetWeights {
  const { normal } = stream;
  const learnable = randomPerceptron([featureDim, ...hidden, indexDim], "silu", normal);
  // Starting from zero output the epinet is its prior; training then takes it down at the data.
  learnable.layers.at(-1)!.weight.fill(0);
  const prior = randomPerceptron([conditionDim, PRIOR_HIDDEN, indexDim], "tanh", normal, 1);
  return {
    featureDim,
    conditionDim,
    indexDim,
    learnable,
    prior,
    // A tanh unit has variance near 1/2, and the index sums D entries.
    priorScale: Math.SQRT2 / Math.sqrt(indexDim),
    outputScale,
  };
}

/** Parameter arrays of the learnable part; the prior stays as it is. */
export function learnableParameters(weights: EpinetWeights): ReturnType<typeof parametersOf> {
  return parametersOf(weights.learnable);
}

/**
 * What multiplies the index, `[B,D]`; its row norm is the standard deviation of the correction.
 *
 * The stop-gradient of Eq. (10) stands here, once: features come in as plain numbers, and the
 * prior's parameters are constants.
 */
export function indexCoefficients<T>(
  on: Operations<T>,
  weights: EpinetWeights,
  learnable: readonly T[],
  features: EpinetInput<T>,
): T {
  const { priorScale, outputScale } = weights;
  const learned = forward(on, learnable, features.all).output;
  const prior = on.mul(priorOutput(on, weights, features), on.constant([priorScale], [1]));
  return on.mul(on.add(learned, prior), on.constant([outputScale], [1]));
}

/** `[B,D]` the fixed random prior network. */
export function priorOutput<T>(
  on: Operations<T>,
  weights: EpinetWeights,
  features: EpinetInput<T>,
): T {
  const { arrays, shapes } = parametersOf(weights.prior);
  const prior = arrays.map((array, k) => on.constant(array, shapes[k]));
  return forward(on, prior, features.condition, "tanh").output;
}

/** What an epinet sees. */
export interface EpinetInput<T> {
  /** `[B,F]` features of the base network, the condition at their end. */
  readonly all: T;
  /** `[B,C]`. */
  readonly condition: T;
}

/**
 * The correction for given indices.
 *
 * @param features `[B*F]`, index `[B*D]`, row-major.
 * @returns `[B]`.
 */
export function epinetCorrection(
  tf: Tf,
  weights: EpinetWeights,
  features: Float32Array,
  index: Float32Array,
): Float32Array {
  const rows = features.length / weights.featureDim;
  return tf.tidy(() => {
    const { featureDim, conditionDim } = weights;
    const all = tf.tensor2d(features, [rows, featureDim]);
    const condition = tf.slice(all, [0, featureDim - conditionDim], [-1, conditionDim]);
    const coefficients = indexCoefficients(
      tensorOperations(tf),
      weights,
      tensorsOf(tf, weights.learnable),
      { all, condition },
    );
    const phi = tf.tensor2d(index, [rows, weights.indexDim]);
    return tf.sum(tf.mul(coefficients, phi), 1).dataSync() as Float32Array;
  });
}
