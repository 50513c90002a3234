import { type EpinetWeights, randomPerceptron } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";

/** Width of the fixed random layer. */
const RANDOM_WIDTH = 48;
/** Standard deviation of the random layer's weights, per normalised unit of the condition. */
const RANDOM_GAIN = 1.5;

/**
 * An epinet before distillation: its fixed random prior, and a learnable part of zero.
 *
 * Both are linear in the index, so over a standard normal index the correction is a Gaussian process
 * of rank D and every expectation over the index is a closed form. Both read the base network's
 * features and a fixed random layer on the condition: features alone would be too sure of
 * themselves where the base network extrapolates.
 *
 * @param outputScale Size of a unit change, in the units of the quantity that is corrected.
 */
export function freshEpinet(
  featureDim: number,
  conditionDim: number,
  indexDim: number,
  outputScale: number,
  stream: RandomStream,
): EpinetWeights {
  const { normal } = stream;
  const [layer] =
    randomPerceptron([conditionDim, RANDOM_WIDTH], "tanh", normal, RANDOM_GAIN).layers;
  const gain = RANDOM_GAIN * Math.sqrt(conditionDim);
  const rows = featureDim + RANDOM_WIDTH + 1;
  // Each index direction carries 1/D of the prior's variance, so that D does not change its size.
  const prior = Float32Array.from(
    { length: rows * indexDim },
    () => normal() / Math.sqrt(indexDim),
  );
  return {
    featureDim,
    conditionDim,
    indexDim,
    randomLayer: { ...layer, weight: layer.weight.map((w) => gain * w) },
    prior,
    learnable: new Float32Array(rows * indexDim),
    outputScale,
  };
}

/**
 * What the readouts see, `[rows][features, random layer, 1]`.
 *
 * The stop-gradient of Eq. (10) stands here: features come in as plain numbers.
 *
 * @param features `[rows * featureDim]`, row-major.
 */
export function epinetInputs(weights: EpinetWeights, features: ArrayLike<number>): number[][] {
  const { featureDim, conditionDim, randomLayer } = weights;
  const { weight, bias, outputs } = randomLayer;
  return Array.from({ length: features.length / featureDim }, (_, r) => {
    const row = new Array<number>(featureDim + outputs + 1);
    for (let k = 0; k < featureDim; k++) row[k] = features[r * featureDim + k];
    for (let j = 0; j < outputs; j++) {
      let a = bias[j];
      for (let c = 0; c < conditionDim; c++) {
        a += row[featureDim - conditionDim + c] * weight[c * outputs + j];
      }
      row[featureDim + j] = Math.tanh(a);
    }
    row[featureDim + outputs] = 1;
    return row;
  });
}

/**
 * The correction for given indices.
 *
 * @param features `[B*F]`, index `[B*D]`, row-major.
 * @returns `[B]`.
 */
export function epinetCorrection(
  weights: EpinetWeights,
  features: ArrayLike<number>,
  index: ArrayLike<number>,
): Float64Array {
  const { indexDim, prior, learnable, outputScale } = weights;
  return Float64Array.from(epinetInputs(weights, features), (row, b) => {
    let sum = 0;
    row.forEach((x, k) => {
      for (let d = 0; d < indexDim; d++) {
        sum += x * (prior[k * indexDim + d] + learnable[k * indexDim + d]) *
          index[b * indexDim + d];
      }
    });
    return outputScale * sum;
  });
}
