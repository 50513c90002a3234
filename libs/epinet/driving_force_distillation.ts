import {
  densityCondition,
  type DrivingForceModel,
  EMBEDDING_DIM,
  type ForceRows,
  inputRows,
  tangent,
  tensorOperations,
  tensorsOf,
  whitened,
  whitenedFluxOperator,
} from "@spiediff/diffusion-train";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import type { Tensor2D } from "@tensorflow/tfjs";
import { Matrix } from "ml-matrix";
import { averageProfiles, calibrate } from "./calibration.ts";
import { distil, type ReadoutBlock } from "./distillation.ts";
import { epinetInputs, freshEpinet } from "./epinet.ts";
import {
  densityGrid,
  keepLeadingDirections,
  RANDOM_DIRECTIONS,
  withoutConstant,
} from "./leading_directions.ts";
import { memberState, memberVisits } from "./member_visits.ts";
import { beside, perturbationDirections } from "./perturbation.ts";
import type { EpinetOptions, TrainedEpinet } from "./types.ts";

/**
 * Distils the epinet of f' through the physics layer (paper Eq. (10)).
 *
 * For every index phi the whitened fluxes of the corrected f' should move from the base network's
 * by `direction . phi`, a standard normal each; the base cancels from the residual. The correction
 * acts on f' itself: any function of the density is the derivative of some f, so each index still
 * has a free energy.
 *
 * The index has three parts: D random ones; one that at 1 moves the base network to the posterior
 * mean; and the whole index of K1, for fluxes pin the product of K1 and f', and where a member's K1
 * is larger its f' must be flatter.
 *
 * @param k1Response What each index of K1 does to K1 at the data, `[profiles][M][index]`.
 */
export function distilDrivingForceEpinet(
  tf: Tf,
  base: DrivingForceModel,
  rows: readonly ForceRows[],
  k1Response: readonly Matrix[],
  options: EpinetOptions,
  stream: RandomStream,
): TrainedEpinet {
  const M = rows[0].density.length;
  const { visits } = options;
  const directionCount = Math.max(RANDOM_DIRECTIONS, options.indexDim);
  const { schedule, state } = base;
  const hiddenDim = base.weights.perceptron.layers.at(-1)!.inputs;
  const initial = stream.split("initial");
  const wide = freshEpinet(
    hiddenDim + 1,
    1,
    directionCount,
    base.condition,
    state.std,
    initial,
    1 + k1Response[0].columns,
    options.priorScale,
  );
  const profiles = rows.map((row) => ({
    condition: densityCondition(base, row.density),
    fluxes: whitened(row.whitening, row.flux),
    operator: Matrix.from1DArray(M, M, [...whitenedFluxOperator(row.whitening, row.k1)]),
  }));

  /** The network's f' and what readouts see at given conditions and states. */
  function evaluate(condition: Float32Array, noisy: Float32Array, timestep: number) {
    const { force, features } = tf.tidy(() => {
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
      return {
        force: derivative.dataSync(),
        features: tf.concat([hidden as Tensor2D, column], 1).dataSync(),
      };
    });
    const inputs = epinetInputs(wide, features);
    inputs.forEach((row) => row.forEach((v, k) => row[k] = state.std * v));
    return { force, inputs };
  }

  const slope = base.energyScale * base.condition.scale;
  const { steps } = schedule;

  /** What a member of one latent sees of a profile's data at a timestep. */
  function block(
    latent: number,
    timestep: number,
    p: number,
  ): ReadoutBlock & { readonly coupling: Matrix } {
    const { condition, operator, fluxes } = profiles[p];
    const pure = evaluate(condition, new Float32Array(M).fill(latent), steps - 1).force;
    const clean = Float64Array.from(pure, (v) => (slope * v - state.mean) / state.std);
    const { force, inputs } = evaluate(
      condition,
      memberState(schedule, timestep, clean, latent),
      timestep,
    );
    const own = Array.from(force, (v) => slope * v);
    const explained = Float64Array.from(operator.mmul(Matrix.columnVector(own)).to1DArray());
    return {
      inputs,
      explained,
      residual: fluxes.map((J, r) => J - explained[r]),
      response: (change) => operator.mmul(change),
      coupling: fluxOfK1(rows[p], own, k1Response[p]).neg(),
    };
  }
  const visited = memberVisits(visits, steps, stream.split("visits"))
    .map((visit) => ({
      ...visit,
      blocks: rows.map((_, p) => block(visit.latent, visit.timestep, p)),
    }));
  const perturbation = rows.map((_, p) =>
    perturbationDirections(M, directionCount, stream.split("directions").split(p))
  );
  function* blocks() {
    for (const visit of visited) {
      for (const [p, one] of visit.blocks.entries()) {
        const residual = Matrix.columnVector([...one.residual]);
        yield { ...one, directions: beside(perturbation[p], residual, one.coupling) };
      }
    }
  }
  const curve = distil(wide, blocks(), visited.length);
  const seen = rows.map((row, p) => {
    const own = visited.filter(({ last }) => last).map((visit) => visit.blocks[p]);
    const [profile] = averageProfiles(own, [M]);
    const shift = own.map(({ coupling }) => coupling.getColumn(coupling.columns - 1));
    // The rows after these belong to held-out elements and are zero.
    const trained = M - row.heldOutCount;
    return {
      design: profile.design.subMatrix(0, trained - 1, 0, profile.design.columns - 1),
      residual: profile.residual.map((r, i) =>
        r + shift.reduce((sum, one) => sum + one[i] / own.length, 0)
      ).slice(0, trained),
      explained: profile.explained.slice(0, trained),
      foreign: randomCoupling(own, trained),
    };
  });
  const everywhere = Float32Array.from(densityCondition(base, Float64Array.from(densityGrid())));
  const weights = keepLeadingDirections(
    wide,
    directionCount,
    withoutConstant(evaluate(everywhere, new Float32Array(everywhere.length), steps - 1).inputs),
    options.indexDim,
  );
  return { weights, curve, calibration: calibrate(seen, 1) };
}

/** What the random indices of K1 do to the trained elements' fluxes; the last index is not random. */
function randomCoupling(
  blocks: readonly { readonly coupling: Matrix }[],
  trained: number,
): Matrix | undefined {
  const mean = blocks.map(({ coupling }) => coupling).reduce((sum, one) => Matrix.add(sum, one))
    .div(blocks.length);
  return mean.columns < 2 ? undefined : mean.subMatrix(0, trained - 1, 0, mean.columns - 2);
}

/** What each index of K1 does to the whitened fluxes of a given f', `[M][D]`. */
function fluxOfK1({ whitening }: ForceRows, force: readonly number[], k1Response: Matrix): Matrix {
  const M = force.length;
  const change = k1Response.clone();
  for (let e = 0; e < M; e++) change.mulRow(e, force[(e + 1) % M] - force[e]);
  return Matrix.from1DArray(M, M, [...whitening]).mmul(change);
}
