import {
  EMBEDDING_DIM,
  forward,
  inputRows,
  type K1Model,
  k1Rows,
  type OperatorData,
  pairConditions,
  softplus,
  tensorOperations,
  tensorsOf,
} from "@spiediff/diffusion-train";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import type { Tensor2D } from "@tensorflow/tfjs";
import { Matrix } from "ml-matrix";
import { averageProfiles, calibrate, type CalibrationProfile } from "./calibration.ts";
import { distil, type ReadoutBlock, readoutOf } from "./distillation.ts";
import { epinetInputs, freshEpinet } from "./epinet.ts";
import { densityGrid, keepLeadingDirections, RANDOM_DIRECTIONS } from "./leading_directions.ts";
import { memberState, memberVisits } from "./member_visits.ts";
import { beside, perturbationDirections } from "./perturbation.ts";
import type { EpinetOptions, TrainedEpinet } from "./types.ts";

/**
 * Distils the epinet of K1 from the trained base network (paper Eq. (10)).
 *
 * The last index is not random: at 1 it moves the base network to the posterior mean.
 *
 * For every index phi the corrected network should fit the base network's own answer at the data,
 * moved by `standardError * direction . phi`. The base cancels from the residual; the correction
 * enters before the softplus, to first order as `dK1/draw * correction`.
 */
export function distilK1Epinet(
  tf: Tf,
  base: K1Model,
  data: readonly OperatorData[],
  options: EpinetOptions,
  stream: RandomStream,
): TrainedEpinet & { readonly response: Matrix[] } {
  const rows = k1Rows(data, "trained");
  const count = rows.k1.length;
  const [c0, c1] = pairConditions(base.condition, rows.left, rows.right);
  const { visits } = options;
  const directionCount = Math.max(RANDOM_DIRECTIONS, options.indexDim);
  const hiddenDim = base.weights.perceptron.layers.at(-1)!.inputs;
  // A unit change of the network's output moves the entry by about half of its scale.
  const outputScale = 2 * base.state.std / base.scale;
  const { meanOffset, meanScale } = base.condition;
  const density = { offset: meanOffset, scale: meanScale };
  const initial = stream.split("initial");
  const wide = freshEpinet(
    hiddenDim + 2,
    2,
    directionCount,
    density,
    outputScale,
    initial,
    1,
    options.priorScale,
  );

  /** The network's outputs and what readouts see at given conditions and states. */
  function evaluate(
    conditions: readonly Float32Array[],
    state: Float32Array,
    t: (row: number) => number,
  ) {
    const { raw, features } = tf.tidy(() => {
      const x = tf.tensor2d(inputRows(base.weights, conditions, state, t), [
        state.length,
        3 + EMBEDDING_DIM,
      ]);
      const parameters = tensorsOf(tf, base.weights.perceptron);
      const { output, hidden } = forward(tensorOperations(tf), parameters, x);
      const columns = conditions.map((c) => tf.tensor2d(c, [c.length, 1]));
      return {
        raw: output.dataSync(),
        features: tf.concat([hidden as Tensor2D, ...columns], 1).dataSync(),
      };
    });
    const inputs = epinetInputs(wide, features);
    inputs.forEach((row) => row.forEach((v, k) => row[k] = outputScale * v));
    return { raw, inputs };
  }

  const cleanOf = (raw: ArrayLike<number>) =>
    Float64Array.from(raw, (v) => (-base.scale * softplus(v) - base.state.mean) / base.state.std);
  const { steps } = base.schedule;

  /** What a member of one latent sees of the data at a timestep. */
  function block(latent: number, timestep: number): ReadoutBlock {
    const pure = new Float32Array(count).fill(latent);
    const clean = cleanOf(evaluate([c0, c1], pure, () => steps - 1).raw);
    const state = memberState(base.schedule, timestep, clean, latent);
    const { raw, inputs } = evaluate([c0, c1], state, () => timestep);
    const constant = Array.from(raw).reduce((sum, value) => sum + value / count, 0);
    const slope = (i: number) => -base.scale / (1 + Math.exp(-raw[i])) / rows.standardError[i];
    return {
      inputs,
      explained: Float64Array.from(raw, (value, i) => slope(i) * (value - constant)),
      residual: Float64Array.from(
        raw,
        (value, i) => (rows.k1[i] + base.scale * softplus(value)) / rows.standardError[i],
      ),
      response(change) {
        for (let i = 0; i < count; i++) change.mulRow(i, slope(i));
        return change;
      },
    };
  }
  const visited = memberVisits(visits, steps, stream.split("visits"))
    .map((visit) => ({ ...visit, block: block(visit.latent, visit.timestep) }));
  const perturbation = perturbationDirections(count, directionCount, stream.split("directions"));
  const sizes = data.map((d) => d.K1.filter((_, e) => !d.heldOut?.[e]).length);
  const profiles = averageProfiles(
    visited.filter(({ last }) => last).map((visit) => visit.block),
    sizes,
  );
  function* blocks() {
    for (const { block: one } of visited) {
      yield { ...one, directions: beside(perturbation, Matrix.columnVector([...one.residual])) };
    }
  }
  const curve = distil(wide, blocks(), visited.length);
  const everywhere = densityGrid();
  const [g0, g1] = pairConditions(base.condition, everywhere, everywhere);
  const seen = evaluate([g0, g1], new Float32Array(g0.length), () => steps - 1).inputs;
  const weights = keepLeadingDirections(wide, directionCount, seen, options.indexDim);
  return {
    weights,
    curve,
    calibration: calibrate(profiles),
    response: k1Response(data, profiles, weights, rows.standardError),
  };
}

/** What each index does to K1 at the data, `[profiles][M][D]`; 0 at held-out elements. */
function k1Response(
  data: readonly OperatorData[],
  profiles: readonly CalibrationProfile[],
  weights: EpinetWeights,
  standardError: Float64Array,
): Matrix[] {
  const readout = readoutOf(weights);
  let from = 0;
  return data.map((d, p) => {
    const change = profiles[p].design.mmul(readout);
    const response = Matrix.zeros(d.K1.length, readout.columns);
    let row = 0;
    d.K1.forEach((_, e) => {
      if (d.heldOut?.[e]) return;
      response.setRow(e, change.getRow(row++));
      response.mulRow(e, standardError[from++]);
    });
    return response;
  });
}
