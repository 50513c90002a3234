import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import { forward, parametersOf, tensorsOf } from "@spiediff/diffusion-train";
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
export function indexCoefficients(
  tf: Tf,
  weights: EpinetWeights,
  learnable: readonly Tensor[],
  features: Tensor2D,
): Tensor2D {
  const { priorScale, outputScale } = weights;
  const condition = conditionOf(tf, weights, features);
  const prior = forward(tf, tensorsOf(tf, weights.prior), condition, "tanh").output;
  const learned = forward(tf, learnable, features).output;
  return tf.mul(tf.add(learned, tf.mul(prior, priorScale)), outputScale);
}

/** `[B,C]` the condition, which is the tail of the features. */
export function conditionOf(tf: Tf, weights: EpinetWeights, features: Tensor2D): Tensor2D {
  const { featureDim, conditionDim } = weights;
  return tf.slice(features, [0, featureDim - conditionDim], [-1, conditionDim]);
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
    const x = tf.tensor2d(features, [rows, weights.featureDim]);
    const coefficients = indexCoefficients(tf, weights, tensorsOf(tf, weights.learnable), x);
    const phi = tf.tensor2d(index, [rows, weights.indexDim]);
    return tf.sum(tf.mul(coefficients, phi), 1).dataSync() as Float32Array;
  });
}
