import { LATENT_TERMS } from "@spiediff/diffusion";
import {
  type DrivingForceModel,
  EMBEDDING_DIM,
  fieldCondition,
  type ForceRows,
  inputRows,
  tangent,
  tensorOperations,
  tensorsOf,
  whitened,
  whitenedFluxOperator,
} from "@spiediff/diffusion-train";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import type { Tensor2D } from "@tensorflow/tfjs";
import { Matrix } from "ml-matrix";
import { averageProfiles, calibrate, type CalibrationProfile } from "./calibration.ts";
import { distil, readoutOf, scaleColumns } from "./distillation.ts";
import {
  FEATURE_SCALE,
  freshEpinet,
  priorScales,
  type PriorShape,
  readoutInputs,
} from "./epinet.ts";
import {
  densityGrid,
  keepLeadingDirections,
  RANDOM_DIRECTIONS,
  withoutConstant,
} from "./leading_directions.ts";
import { likelyPrior } from "./likely_prior.ts";
import { lastTimestep, memberState, memberVisits } from "./member_visits.ts";
import { beside, perturbationDirections } from "./perturbation.ts";
import { type LatentBlock, steer } from "./steering.ts";
import type { EpinetOptions, K1AtData, TrainedEpinet } from "./types.ts";

/**
 * Distils the epinet of f' through the physics layer (paper Eq. (10)).
 *
 * For every index phi the whitened fluxes of the corrected f' should move from the base network's
 * by `direction . phi`, a standard normal each; the base cancels from the residual. The correction
 * acts on f' itself: any function of the density is the derivative of some f, so each index still
 * has a free energy.
 *
 * The index has three parts: D random ones; the random ones of K1, for fluxes pin the product of K1 and
 * f', and where a member's K1 is larger its f' must be flatter; and those that move the base network of
 * every latent to the posterior mean.
 *
 * @param k1AtData What the epinet of K1 says at each profile's elements.
 */
export function distilDrivingForceEpinet(
  tf: Tf,
  base: DrivingForceModel,
  rows: readonly ForceRows[],
  k1AtData: readonly K1AtData[],
  options: EpinetOptions,
  stream: RandomStream,
): TrainedEpinet {
  const M = rows[0].density.length;
  const { visits } = options;
  const directionCount = Math.max(RANDOM_DIRECTIONS, options.indexDim);
  const { schedule, state } = base;
  const featureDim = base.weights.perceptron.layers.at(-1)!.inputs + 1;
  const fresh = (shape: PriorShape) =>
    freshEpinet(
      featureDim,
      1,
      directionCount,
      base.condition,
      state.std,
      shape,
      stream.split("initial"),
      k1AtData[0].response.columns + LATENT_TERMS,
      options.priorScale,
    );
  const profiles = rows.map((row, p) => {
    // Members' K1 scatters about the posterior mean, not about the network that f was trained through.
    const k1 = row.k1.map((own, e) => k1AtData[p].mean[e] || own);
    return {
      fluxes: whitened(row.whitening, row.flux),
      operator: Matrix.from1DArray(M, M, [...whitenedFluxOperator(row.whitening, k1)]),
      // The rows after these belong to held-out elements and are zero.
      trained: M - row.heldOutCount,
    };
  });

  const densities = Float64Array.from(rows.flatMap(({ density }) => [...density]));
  const atData = fieldCondition(base.condition, densities);

  /** The network's f' and what readouts see at given conditions and states. */
  function evaluate(
    weights: EpinetWeights,
    condition: Float32Array,
    noisy: Float32Array,
    timestep: number,
  ) {
    let force!: Float32Array, features!: Float32Array;
    // Nothing is returned: tidying up would walk through every number.
    tf.tidy(() => {
      const width = 2 + EMBEDDING_DIM, count = condition.length;
      const rows = inputRows(base.weights, [condition], noisy, () => timestep);
      const parameters = tensorsOf(tf, base.weights.perceptron).slice(0, -1);
      const { derivative, hidden } = tangent(
        tensorOperations(tf),
        parameters,
        tf.tensor2d(rows, [count, width]),
        width,
      );
      const column = tf.tensor2d(condition, [count, 1]);
      force = derivative.dataSync() as Float32Array;
      features = tf.concat([hidden as Tensor2D, column], 1).dataSync() as Float32Array;
    });
    return { force, inputs: readoutInputs(weights, features) };
  }

  const slope = base.energyScale * base.condition.scale;
  const { steps } = schedule;

  /** What a member of one latent sees of each profile's data at a timestep. */
  function blocksOf(weights: EpinetWeights, latent: number, timestep: number): ForceBlock[] {
    const pure = evaluate(weights, atData, new Float32Array(atData.length).fill(latent), steps - 1);
    const clean = Float64Array.from(pure.force, (v) => (slope * v - state.mean) / state.std);
    const { force, inputs } = evaluate(
      weights,
      atData,
      memberState(schedule, timestep, clean, latent),
      timestep,
    );
    return profiles.map(({ operator, fluxes }, p) => {
      const own = Array.from(force.subarray(p * M, (p + 1) * M), (v) => slope * v);
      const explained = Float64Array.from(operator.mmul(Matrix.columnVector(own)).to1DArray());
      return {
        latent,
        inputs: inputs.slice(p * M, (p + 1) * M),
        explained,
        residual: fluxes.map((J, r) => J - explained[r]),
        response: (change) => operator.mmul(change),
        coupling: fluxOfK1(rows[p], own, k1AtData[p].response).neg(),
      };
    });
  }
  /** The trained elements' data, as blocks of one profile see them on average. */
  const seenOf = (p: number, blocks: readonly ForceBlock[]): CalibrationProfile => {
    const { trained } = profiles[p];
    const [{ design, residual, explained }] = averageProfiles(blocks, [M]);
    const foreign = blocks.map(({ coupling }) => coupling)
      .reduce((sum, one) => Matrix.add(sum, one)).div(blocks.length);
    return {
      design: design.subMatrix(0, trained - 1, 0, design.columns - 1),
      residual: residual.slice(0, trained),
      explained: explained.slice(0, trained),
      foreign: foreign.subMatrix(0, trained - 1, 0, foreign.columns - 1),
    };
  };
  const range = { low: Math.min(...densities), high: Math.max(...densities) };
  const shape = likelyPrior(range, featureDim, (width) => {
    const weights = fresh({ ...range, width, smooth: 1 });
    return blocksOf(weights, 0, lastTimestep(steps)).map((one, p) => seenOf(p, [one]));
  });
  const wide = fresh(shape), scales = priorScales(featureDim, shape);
  const visited = memberVisits(visits, steps, stream.split("visits")).map((visit) => ({
    ...visit,
    blocks: blocksOf(wide, visit.latent, visit.timestep),
  }));
  const perturbation = rows.map((_, p) =>
    perturbationDirections(M, directionCount, stream.split("directions").split(p))
  );
  const curve = distil(
    wide,
    scales,
    visited.flatMap(({ blocks }) =>
      blocks.map((one, p) => ({ ...one, directions: beside(perturbation[p], one.coupling) }))
    ),
    visited.length,
  );
  const last = visited.filter((visit) => visit.last).map(({ blocks }) => blocks);
  steer(wide, priorScales(featureDim, shape, FEATURE_SCALE), last.flat(), last.length);
  removeConstant(wide, last.flat().flatMap(({ inputs }) => inputs));
  const everywhere = fieldCondition(base.condition, densityGrid());
  const pure = new Float32Array(everywhere.length);
  const weights = keepLeadingDirections(
    wide,
    directionCount,
    withoutConstant(evaluate(wide, everywhere, pure, steps - 1).inputs),
    options.indexDim,
  );
  const seen = rows.map((_, p) => seenOf(p, last.map((blocks) => blocks[p])));
  seen.forEach(({ design }) => scaleColumns(design, scales));
  return { weights, curve, calibration: calibrate(seen) };
}

interface ForceBlock extends LatentBlock {
  /** `[M][random indices of K1]` how the whitened fluxes of f' are to answer to each index of K1. */
  readonly coupling: Matrix;
}

/**
 * Takes from every index its mean over the data, which means nothing for f' and which nothing but the
 * prior would decide: the next reverse step would start from a state that training has not seen.
 */
function removeConstant(weights: EpinetWeights, inputs: readonly (readonly number[])[]): void {
  const { indexDim, learnable } = weights;
  const K = inputs[0].length;
  const mean = inputs[0].map((_, k) =>
    inputs.reduce((sum, row) => sum + row[k], 0) / inputs.length
  );
  const constant = Matrix.rowVector(mean).mmul(readoutOf(weights)).getRow(0);
  constant.forEach((value, d) => learnable[(K - 1) * indexDim + d] -= value / mean[K - 1]);
}

/** What each index of K1 does to the whitened fluxes of a given f', `[M][D]`. */
function fluxOfK1({ whitening }: ForceRows, force: readonly number[], k1Response: Matrix): Matrix {
  const M = force.length;
  const change = k1Response.clone();
  for (let e = 0; e < M; e++) change.mulRow(e, force[(e + 1) % M] - force[e]);
  return Matrix.from1DArray(M, M, [...whitening]).mmul(change);
}
