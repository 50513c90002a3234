import { LATENT_TERMS } from "@spiediff/diffusion";
import {
  fieldCondition,
  type MobilityModel,
  type MobilityRows,
  mobilityRows,
  type OperatorData,
  pointsOf,
} from "@spiediff/diffusion-train";
import { softplus } from "@spiediff/numerics";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import { Matrix } from "ml-matrix";
import { type BaseNetwork, baseNetwork } from "./base_network.ts";
import { averageProfiles } from "./calibration.ts";
import { distilEpinet } from "./distil_epinet.ts";
import { readoutOf } from "./distillation.ts";
import { readoutInputs } from "./epinet.ts";
import { memberState } from "./member_visits.ts";
import { perturbationDirections } from "./perturbation.ts";
import { type LatentBlock, steeredCorrection } from "./steering.ts";
import type { EpinetOptions, MobilityAtData, TrainedEpinet } from "./types.ts";

/**
 * Distils the epinet of the mobility from the trained base network (paper Eq. (10)).
 *
 * The last indices are not random: they move the base network of every latent to the posterior mean.
 *
 * For every index phi the corrected network should fit the base network's own answer at the data,
 * moved by `standardError * direction . phi`. The base cancels from the residual; the correction
 * enters before the softplus, to first order as `dm/draw * correction`.
 */
export function distilMobilityEpinet(
  tf: Tf,
  base: MobilityModel,
  data: readonly OperatorData[],
  options: EpinetOptions,
  stream: RandomStream,
): TrainedEpinet & { readonly atData: MobilityAtData[] } {
  const rows = mobilityRows(data, "trained");
  const sizes = data.map((d) => d.mobility.filter((_, e) => !d.heldOut?.[e]).length);
  const network = baseNetwork(tf, base.weights, "output");
  const blockOf = mobilityBlocks(base, rows, network);
  const { weights, wide, curve, calibration, seen, profiles } = distilEpinet(
    {
      base,
      network,
      // A unit change of the network's output moves the mobility by about half of its scale.
      outputScale: 2 * base.state.std / base.scale,
      furtherIndices: LATENT_TERMS,
      field: data[0].field,
      densities: rows.left,
      blocks: (weights, latent, timestep) => [blockOf(weights, latent, timestep)],
      profiles: (visits) => averageProfiles(visits.flat(), sizes),
      directions(random, stream) {
        const all = perturbationDirections(rows.mobility.length, random, stream);
        return () => all;
      },
    },
    options,
    stream,
  );
  const random = readoutOf(weights, weights.indexDim - LATENT_TERMS);
  const mean = posteriorMean(base, wide, seen.flat());
  let from = 0;
  const atData = data.map((d, p) => {
    const [start, end] = [from, from += sizes[p]];
    const own = rows.standardError.subarray(start, end);
    return onAllElements(d, mean.subarray(start, end), own, profiles[p].design.mmul(random));
  });
  return { weights, curve, calibration, atData };
}

/** What the member of a latent sees of all elements at a timestep. */
function mobilityBlocks(
  base: MobilityModel,
  rows: MobilityRows,
  network: BaseNetwork,
): (weights: EpinetWeights, latent: number, timestep: number) => MobilityBlock {
  const count = rows.mobility.length;
  const atData = fieldCondition(base.condition, pointsOf(rows.left, rows.right));
  const cleanOf = (raw: ArrayLike<number>) =>
    Float64Array.from(raw, (v) => (base.scale * softplus(v) - base.state.mean) / base.state.std);
  return (weights, latent, timestep) => {
    const pure = new Float32Array(2 * count).fill(latent);
    const clean = cleanOf(network(atData, pure, base.schedule.steps - 1).value);
    const state = memberState(base.schedule, timestep, clean, latent);
    const { value: raw, features } = network(atData, state, timestep);
    const constant = Array.from(raw).reduce((sum, value) => sum + value / raw.length, 0);
    const unit = (r: number) => 1 / (2 * rows.standardError[r % count]);
    const slope = (r: number) => base.scale * unit(r) / (1 + Math.exp(-raw[r]));
    const overPoints = (of: (r: number) => number) =>
      rows.mobility.map((_, i) => of(i) + of(count + i));
    return {
      latent,
      raw,
      inputs: readoutInputs(weights, features),
      explained: overPoints((r) => slope(r) * (raw[r] - constant)),
      residual: overPoints((r) =>
        (rows.mobility[r % count] - base.scale * softplus(raw[r])) * unit(r)
      ),
      response(change) {
        for (let r = 0; r < 2 * count; r++) change.mulRow(r, slope(r));
        const last = change.columns - 1;
        return Matrix.add(
          change.subMatrix(0, count - 1, 0, last),
          change.subMatrix(count, 2 * count - 1, 0, last),
        );
      },
    };
  };
}

interface MobilityBlock extends LatentBlock {
  /** Outputs at the first points of all elements, then at the second ones. */
  readonly raw: Float32Array;
}

/** Mobility at trained data, every latent's with its own steered index, averaged over latents, `[data]`. */
function posteriorMean(
  base: MobilityModel,
  weights: EpinetWeights,
  blocks: readonly MobilityBlock[],
): Float64Array {
  const mean = new Float64Array(blocks[0].residual.length);
  for (const { latent, raw, inputs } of blocks) {
    steeredCorrection(weights, latent, inputs).forEach((correction, r) =>
      mean[r % mean.length] += base.scale * softplus(raw[r] + correction) / (2 * blocks.length)
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
): MobilityAtData {
  const M = d.mobility.length;
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
