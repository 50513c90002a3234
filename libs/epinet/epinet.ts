import type { EpinetWeights } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";

/** Width of the fixed random layer. */
const RANDOM_WIDTH = 48;
/** Its units are steps of this width in density, tanh((rho - centre) / width). */
const STEP_WIDTH = 0.05;
/** How far the prior wanders between densities 0 and 1, in units of `outputScale`. */
const PRIOR_WANDER = 3;
/** Weights of the conditions after the first, standard deviation. */
const FURTHER_GAIN = 1.5;

/** How the first condition, a density, is normalised: `(rho - offset) * scale`. */
export interface DensityScaling {
  readonly offset: number;
  readonly scale: number;
}

/**
 * An epinet before distillation: its fixed random prior, and a learnable part of zero.
 *
 * Both are linear in the index, so over a standard normal index the correction is a Gaussian process
 * of rank D and every expectation over the index is a closed form. Both read the base network's
 * features and a fixed random layer on the condition: features alone would be too sure of themselves
 * where the base network extrapolates. The layer's units are steps at random densities anywhere in
 * (0, 1), so that some turn where there are no data; scaled such that over all densities their prior
 * wanders by three times `outputScale`: laws tend to bend most where nobody has looked.
 *
 * @param outputScale Size of the correction that the prior allows, in the units of the quantity that
 *   is corrected.
 */
export function freshEpinet(
  featureDim: number,
  conditionDim: number,
  indexDim: number,
  density: DensityScaling,
  outputScale: number,
  stream: RandomStream,
  steered = 0,
  priorScale = 1,
): EpinetWeights {
  const { normal, uniform } = stream;
  const P = RANDOM_WIDTH;
  const weight = new Float32Array(conditionDim * P), bias = new Float32Array(P);
  for (let j = 0; j < P; j++) {
    weight[j] = 1 / (STEP_WIDTH * density.scale);
    // A step stands in each of P equal cells of (0, 1).
    const centre = ((j + uniform()) / P - density.offset) * density.scale;
    bias[j] = -weight[j] * centre;
    for (let c = 1; c < conditionDim; c++) weight[c * P + j] = FURTHER_GAIN * normal();
  }
  const rows = featureDim + P + 1;
  // Each index direction carries 1/D of the prior's variance, so that D does not change its size.
  const width = indexDim + steered;
  const prior = Float32Array.from(
    { length: rows * width },
    (_, i) => i % width < indexDim ? priorScale * normal() / Math.sqrt(indexDim) : 0,
  );
  return {
    featureDim,
    conditionDim,
    indexDim: width,
    randomLayer: { inputs: conditionDim, outputs: P, weight, bias },
    // Each step is 2 high and all are crossed between 0 and 1.
    randomScale: PRIOR_WANDER / (2 * Math.sqrt(P)),
    prior,
    learnable: new Float32Array(rows * width),
    outputScale,
  };
}

/**
 * What the readouts see, `[rows][features, scaled random layer, 1]`.
 *
 * The stop-gradient of Eq. (10) stands here: features come in as plain numbers.
 *
 * @param features `[rows * featureDim]`, row-major.
 */
export function epinetInputs(weights: EpinetWeights, features: ArrayLike<number>): number[][] {
  const { featureDim, conditionDim, randomLayer, randomScale } = weights;
  const { weight, bias, outputs } = randomLayer;
  return Array.from({ length: features.length / featureDim }, (_, r) => {
    const row = new Array<number>(featureDim + outputs + 1);
    for (let k = 0; k < featureDim; k++) row[k] = features[r * featureDim + k];
    for (let j = 0; j < outputs; j++) {
      let a = bias[j];
      for (let c = 0; c < conditionDim; c++) {
        a += row[featureDim - conditionDim + c] * weight[c * outputs + j];
      }
      row[featureDim + j] = randomScale * Math.tanh(a);
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
