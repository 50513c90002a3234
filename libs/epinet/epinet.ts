import type { Field } from "@spiediff/law";
import type { EpinetWeights, FieldCondition } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";

/** Units of the fixed random layer that bend among the data, and units outside of them. */
export const SMOOTH_UNITS = 32;
const OUTER_UNITS = 16;
/** Outer units are steps of this share of the field's domain, tanh((rho - centre) / width). */
const STEP_WIDTH = 0.05;
/** How far outer units let the prior wander over the whole domain, in units of `outputScale`. */
const PRIOR_WANDER = 3;
/** Weights of the conditions after the first, standard deviation, in steps of that width. */
const FURTHER_GAIN = 1.5;

/**
 * Prior standard deviation of the features' readouts in steered indices: enough to undo what training made of
 * noise, too little for parameters of their own.
 */
export const FEATURE_SCALE = 0.1;

/** What an epinet's prior allows a correction to do; from the data, see likely_prior.ts. */
export interface PriorShape {
  /** Where densities may lie; both ends finite. */
  readonly domain: Pick<Field, "low" | "high">;
  /** Least and greatest density of the data. */
  readonly low: number;
  readonly high: number;
  /** `[SMOOTH_UNITS]`. */
  readonly bends: readonly Bend[];
}

/** How a unit of the layer bends among the data. */
export interface Bend {
  /** Range of density that it bends over. */
  readonly width: number;
  /** Standard deviation of its readout. */
  readonly size: number;
}

/** All units alike. */
export const evenBends = (bend: Bend): Bend[] => new Array<Bend>(SMOOTH_UNITS).fill(bend);

/**
 * An epinet before distillation: its fixed random prior, and a learnable part of zero.
 *
 * Both are linear in the index, so over a standard normal index the correction is a Gaussian process
 * of rank D and every expectation over the index is a closed form. Both read the base network's
 * features and a fixed random layer on the condition. Most units of the layer bend as smoothly as the
 * data say that the law does; the others are steps at random densities outside of the data, since laws
 * tend to bend most where nobody has looked. The random indices read the layer, the steered ones both.
 *
 * @param outputScale Size of the correction, in the units of the quantity that is corrected, that a
 *   readout of 1 makes.
 * @param steered Indices that are not random, the last ones: without a prior.
 * @param priorScale Size of the prior in all; 0 for none.
 */
export function freshEpinet(
  featureDim: number,
  conditionDim: number,
  indexDim: number,
  density: FieldCondition,
  outputScale: number,
  shape: PriorShape,
  stream: RandomStream,
  steered = 0,
  priorScale = 1,
): EpinetWeights {
  const { normal } = stream;
  const units = priorUnits(shape, stream.uniform);
  const P = units.length;
  const weight = new Float32Array(conditionDim * P), bias = new Float32Array(P);
  units.forEach(({ centre, width }, j) => {
    weight[j] = 1 / (width * density.scale);
    bias[j] = -weight[j] * (centre - density.offset) * density.scale;
    for (let c = 1; c < conditionDim; c++) {
      weight[c * P + j] = FURTHER_GAIN * stepWidth(shape) / width * normal();
    }
  });
  const scales = priorScales(featureDim, shape);
  // Each index direction carries 1/D of the prior's variance, so that D does not change its size.
  const width = indexDim + steered;
  const prior = Float32Array.from(
    { length: scales.length * width },
    (_, i) =>
      i % width < indexDim
        ? priorScale * scales[Math.floor(i / width)] * normal() / Math.sqrt(indexDim)
        : 0,
  );
  return {
    featureDim,
    conditionDim,
    indexDim: width,
    randomLayer: { inputs: conditionDim, outputs: P, weight, bias },
    randomScale: 1,
    prior,
    learnable: new Float32Array(scales.length * width),
    outputScale,
  };
}

/** Length of a domain. */
export const lengthOf = ({ low, high }: Pick<Field, "low" | "high">): number => high - low;

const stepWidth = ({ domain }: PriorShape) => STEP_WIDTH * lengthOf(domain);

/** A unit `tanh((rho - centre) / width)` of the layer that the prior is made of. */
export interface PriorUnit {
  readonly centre: number;
  readonly width: number;
}

/**
 * Units of the random layer, `[smooth units, outer units]`: each stands in its own equal part of where it belongs.
 *
 * @param uniform Where in its part, from 0 to 1: at random in an epinet.
 */
export function priorUnits(shape: PriorShape, uniform: () => number): PriorUnit[] {
  const { low, high, bends, domain } = shape;
  const smooth = bends.map(({ width }, j) => {
    const from = low - width, range = high - low + 2 * width;
    return { centre: from + range * (j + uniform()) / SMOOTH_UNITS, width };
  });
  const below = low - domain.low, outside = below + domain.high - high;
  const outer = Array.from({ length: OUTER_UNITS }, (_, j) => {
    const at = outside * (j + uniform()) / OUTER_UNITS;
    const centre = domain.low + (at < below ? at : at + high - low);
    return { centre, width: stepWidth(shape) };
  });
  return [...smooth, ...outer];
}

/**
 * Prior standard deviation of each readout, `[features, smooth units, outer units, 1]`.
 *
 * @param feature That of the base network's features. The random indices have 0: features that were trained
 *   on the data know too well what the data say, and their likelihood cannot tell how much.
 */
export function priorScales(featureDim: number, shape: PriorShape, feature = 0): number[] {
  const { low, high, bends, domain } = shape;
  const outside = (low - domain.low + domain.high - high) / lengthOf(domain);
  // Each step is 2 high; they share the wander over all of the outside.
  const outer = PRIOR_WANDER / 2 * Math.sqrt(outside / OUTER_UNITS);
  return [
    ...new Array<number>(featureDim).fill(feature),
    ...bends.map(({ size }) => size),
    ...new Array<number>(OUTER_UNITS).fill(outer),
    1,
  ];
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

/** The same in units of the correction: times `outputScale`. */
export function readoutInputs(weights: EpinetWeights, features: ArrayLike<number>): number[][] {
  const inputs = epinetInputs(weights, features);
  for (const row of inputs) row.forEach((v, k) => row[k] = weights.outputScale * v);
  return inputs;
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
