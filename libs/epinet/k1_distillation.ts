import { LATENT_TERMS } from "@spiediff/diffusion";
import {
  EMBEDDING_DIM,
  fieldCondition,
  forward,
  inputRows,
  type K1Model,
  k1Rows,
  type OperatorData,
  pointsOf,
  softplus,
  tensorOperations,
  tensorsOf,
} from "@spiediff/diffusion-train";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import type { Tensor2D } from "@tensorflow/tfjs";
import { Matrix } from "ml-matrix";
import { averageProfiles, calibrate } from "./calibration.ts";
import { distil, readoutOf, scaleColumns } from "./distillation.ts";
import {
  FEATURE_SCALE,
  freshEpinet,
  priorScales,
  type PriorShape,
  readoutInputs,
} from "./epinet.ts";
import { densityGrid, keepLeadingDirections, RANDOM_DIRECTIONS } from "./leading_directions.ts";
import { likelyPrior } from "./likely_prior.ts";
import { lastTimestep, memberState, memberVisits } from "./member_visits.ts";
import { perturbationDirections } from "./perturbation.ts";
import { type LatentBlock, steer, steeredCorrection } from "./steering.ts";
import type { EpinetOptions, K1AtData, TrainedEpinet } from "./types.ts";

/**
 * Distils the epinet of K1 from the trained base network (paper Eq. (10)).
 *
 * The last indices are not random: they move the base network of every latent to the posterior mean.
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
): TrainedEpinet & { readonly atData: K1AtData[] } {
  const { visits } = options;
  const rows = k1Rows(data, "trained");
  const count = rows.k1.length;
  const atData = fieldCondition(base.condition, pointsOf(rows.left, rows.right));
  const { steps } = base.schedule;
  const directionCount = Math.max(RANDOM_DIRECTIONS, options.indexDim);
  const featureDim = base.weights.perceptron.layers.at(-1)!.inputs + 1;
  // A unit change of the network's output moves the entry by about half of its scale.
  const outputScale = 2 * base.state.std / base.scale;
  const fresh = (shape: PriorShape) =>
    freshEpinet(
      featureDim,
      1,
      directionCount,
      base.condition,
      outputScale,
      shape,
      stream.split("initial"),
      LATENT_TERMS,
      options.priorScale,
    );

  /** The network's outputs and what readouts see at given conditions and states. */
  function evaluate(
    weights: EpinetWeights,
    condition: Float32Array,
    state: Float32Array,
    timestep: number,
  ) {
    let raw!: Float32Array, features!: Float32Array;
    // Nothing is returned: tidying up would walk through every number.
    tf.tidy(() => {
      const x = tf.tensor2d(inputRows(base.weights, [condition], state, () => timestep), [
        state.length,
        2 + EMBEDDING_DIM,
      ]);
      const parameters = tensorsOf(tf, base.weights.perceptron);
      const { output, hidden } = forward(tensorOperations(tf), parameters, x);
      const column = tf.tensor2d(condition, [condition.length, 1]);
      raw = output.dataSync() as Float32Array;
      features = tf.concat([hidden as Tensor2D, column], 1).dataSync() as Float32Array;
    });
    return { raw, inputs: readoutInputs(weights, features) };
  }
  const cleanOf = (raw: ArrayLike<number>) =>
    Float64Array.from(raw, (v) => (-base.scale * softplus(v) - base.state.mean) / base.state.std);

  /** What a member of one latent sees of the data at a timestep, and its raw outputs. */
  function block(weights: EpinetWeights, latent: number, timestep: number): K1Block {
    const pure = new Float32Array(2 * count).fill(latent);
    const clean = cleanOf(evaluate(weights, atData, pure, steps - 1).raw);
    const state = memberState(base.schedule, timestep, clean, latent);
    const { raw, inputs } = evaluate(weights, atData, state, timestep);
    const constant = Array.from(raw).reduce((sum, value) => sum + value / raw.length, 0);
    const unit = (r: number) => 1 / (2 * rows.standardError[r % count]);
    const slope = (r: number) => -base.scale * unit(r) / (1 + Math.exp(-raw[r]));
    const overPoints = (of: (r: number) => number) => rows.k1.map((_, i) => of(i) + of(count + i));
    return {
      latent,
      raw,
      inputs,
      explained: overPoints((r) => slope(r) * (raw[r] - constant)),
      residual: overPoints((r) => (rows.k1[r % count] + base.scale * softplus(raw[r])) * unit(r)),
      response(change) {
        for (let r = 0; r < 2 * count; r++) change.mulRow(r, slope(r));
        const last = change.columns - 1;
        return Matrix.add(
          change.subMatrix(0, count - 1, 0, last),
          change.subMatrix(count, 2 * count - 1, 0, last),
        );
      },
    };
  }

  const sizes = data.map((d) => d.K1.filter((_, e) => !d.heldOut?.[e]).length);
  const range = { low: Math.min(...rows.left), high: Math.max(...rows.left) };
  const shape = likelyPrior(range, featureDim, (width) => {
    const weights = fresh({ ...range, width, smooth: 1 });
    return averageProfiles([block(weights, 0, lastTimestep(steps))], sizes);
  });
  const wide = fresh(shape), scales = priorScales(featureDim, shape);
  const visited = memberVisits(visits, steps, stream.split("visits"))
    .map((visit) => ({ ...visit, block: block(wide, visit.latent, visit.timestep) }));
  const seen = visited.filter(({ last }) => last).map((visit) => visit.block);
  const directions = perturbationDirections(count, directionCount, stream.split("directions"));
  const curve = distil(
    wide,
    scales,
    visited.map((visit) => ({ ...visit.block, directions })),
    visited.length,
  );
  steer(wide, priorScales(featureDim, shape, FEATURE_SCALE), seen, seen.length);

  const everywhere = fieldCondition(base.condition, densityGrid());
  const weights = keepLeadingDirections(
    wide,
    directionCount,
    evaluate(wide, everywhere, new Float32Array(everywhere.length), steps - 1).inputs,
    options.indexDim,
  );
  const profiles = averageProfiles(seen, sizes);
  const random = readoutOf(weights, weights.indexDim - LATENT_TERMS);
  const response = profiles.map(({ design }) => design.mmul(random));
  profiles.forEach(({ design }) => scaleColumns(design, scales));
  const mean = posteriorMean(base, wide, seen);
  let from = 0;
  return {
    weights,
    curve,
    calibration: calibrate(profiles),
    atData: data.map((d, p) => {
      const [start, end] = [from, from += sizes[p]];
      const own = rows.standardError.subarray(start, end);
      return onAllElements(d, mean.subarray(start, end), own, response[p]);
    }),
  };
}

interface K1Block extends LatentBlock {
  /** Outputs at the first points of all elements, then at the second ones. */
  readonly raw: Float32Array;
}

/** K1 at trained data, every latent's with its own steered index, averaged over latents, `[data]`. */
function posteriorMean(
  base: K1Model,
  weights: EpinetWeights,
  blocks: readonly K1Block[],
): Float64Array {
  const mean = new Float64Array(blocks[0].residual.length);
  for (const { latent, raw, inputs } of blocks) {
    steeredCorrection(weights, latent, inputs).forEach((correction, r) =>
      mean[r % mean.length] -= base.scale * softplus(raw[r] + correction) / (2 * blocks.length)
    );
  }
  return mean;
}

/** From trained elements to all of a profile, with 0 at the held-out ones. */
function onAllElements(
  d: OperatorData,
  mean: Float64Array,
  standardError: Float64Array,
  response: Matrix,
): K1AtData {
  const M = d.K1.length;
  const all = { mean: new Float64Array(M), response: Matrix.zeros(M, response.columns) };
  let row = 0;
  for (let e = 0; e < M; e++) {
    if (d.heldOut?.[e]) continue;
    all.mean[e] = mean[row];
    all.response.setRow(e, response.getRow(row));
    all.response.mulRow(e, standardError[row++]);
  }
  return all;
}
