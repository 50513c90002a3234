import { LATENT_TERMS } from "@spiediff/diffusion";
import {
  type DrivingForceModel,
  fieldCondition,
  fluxes,
  type ForceRows,
  whitened,
} from "@spiediff/diffusion-train";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import { Matrix } from "ml-matrix";
import { type BaseNetwork, baseNetwork } from "./base_network.ts";
import { beside } from "./blocks.ts";
import { averageProfiles, type CalibrationProfile } from "./calibration.ts";
import { distilEpinet } from "./distil_epinet.ts";
import { readoutOf } from "./distillation.ts";
import { readoutInputs } from "./epinet.ts";
import { withoutConstant } from "./leading_directions.ts";
import { memberState } from "./member_visits.ts";
import { perturbationDirections } from "./perturbation.ts";
import { type FitTests, fitTests, type TestedProfile } from "./fit_tests.ts";
import { type LatentBlock, steeredCorrection } from "./steering.ts";
import type { EpinetOptions, MobilityAtData, TrainedEpinet } from "./types.ts";

/** That of f', with tests of the law against the fluxes that it was trained on. */
export interface TrainedForceEpinet extends TrainedEpinet {
  readonly tests: FitTests;
}

/**
 * Distils the epinet of f' through the physics layer (paper Eq. (10)).
 *
 * For every index phi the whitened fluxes of the corrected f' should move from the base network's
 * by `direction . phi`, a standard normal each; the base cancels from the residual. The correction
 * acts on f' itself: any function of the density is the derivative of some f, so each index still
 * has a free energy.
 *
 * The index has three parts: D random ones; the random ones of the mobility, for fluxes pin the product
 * of m and f', and where a member's m is larger its f' must be flatter; and those that move the base network of
 * every latent to the posterior mean.
 *
 * @param mobilityAtData What the epinet of the mobility says at each profile's elements.
 */
export function distilDrivingForceEpinet(
  tf: Tf,
  base: DrivingForceModel,
  rows: readonly ForceRows[],
  mobilityAtData: readonly MobilityAtData[],
  options: EpinetOptions,
  stream: RandomStream,
): TrainedForceEpinet {
  const M = rows[0].density.length;
  const network = baseNetwork(tf, base.weights, "slope");
  // The rows after these belong to held-out elements and are zero.
  const profiles = (visits: readonly ForceBlock[][]) =>
    rows.map((row, p) => trainedOf(visits.map((blocks) => blocks[p]), M - row.heldOutCount));
  const { weights, wide, curve, calibration, seen, scaled } = distilEpinet<ForceBlock>(
    {
      base,
      network,
      outputScale: base.state.std,
      furtherIndices: mobilityAtData[0].response.columns + LATENT_TERMS,
      field: rows[0].field,
      densities: rows.flatMap(({ density }) => [...density]),
      blocks: forceBlocks(base, rows, mobilityAtData, network),
      profiles,
      directions(random, stream) {
        const own = rows.map((_, p) => perturbationDirections(M, random, stream.split(p)));
        return ({ coupling }, p) => beside(own[p], coupling);
      },
      settle: (weights, blocks) => removeConstant(weights, blocks.flatMap(({ inputs }) => inputs)),
      meaningful: withoutConstant,
    },
    options,
    stream,
  );
  const left = profiles(seen.map((blocks) => blocks.map((block) => steered(wide, block))));
  const tested = scaled.map((profile, p): TestedProfile => ({
    ...profile,
    profileName: rows[p].profileName,
    statedErrors: firstOf(rows[p].statedErrors, profile.design.rows),
    unexplained: left[p].residual,
  }));
  return { weights, curve, calibration, tests: fitTests(tested) };
}

/** A block whose residual is that of the posterior mean, not of the base network. */
function steered(weights: EpinetWeights, block: ForceBlock): ForceBlock {
  const correction = steeredCorrection(weights, block.latent, block.inputs);
  const answer = block.response(Matrix.columnVector([...correction]));
  return { ...block, residual: block.residual.map((r, i) => r - answer.get(i, 0)) };
}

/** The first rows and columns of a square matrix. */
const firstOf = (square: Matrix, count: number): Matrix =>
  count === square.rows ? square : square.subMatrix(0, count - 1, 0, count - 1);

/** What the member of a latent sees of each profile's fluxes at a timestep. */
function forceBlocks(
  base: DrivingForceModel,
  rows: readonly ForceRows[],
  mobilityAtData: readonly MobilityAtData[],
  network: BaseNetwork,
): (weights: EpinetWeights, latent: number, timestep: number) => ForceBlock[] {
  const M = rows[0].density.length;
  const { schedule, state } = base;
  const slope = base.energyScale * base.condition.scale;
  const profiles = rows.map((row, p) => {
    // Members' mobilities scatter about the posterior mean, not about the network that f was trained through.
    const mobility = row.mobility.map((own, e) => mobilityAtData[p].mean[e] || own);
    return {
      data: whitened(row.whitening, asDriven(row, mobility)),
      response: (change: Matrix) => row.whitening.apply(fluxes(mobility, change)),
    };
  });
  const atData = fieldCondition(base.condition, rows.flatMap(({ density }) => [...density]));
  return (weights, latent, timestep) => {
    const pure = network(atData, new Float32Array(atData.length).fill(latent), schedule.steps - 1);
    const clean = Float64Array.from(pure.value, (v) => (slope * v - state.mean) / state.std);
    const seen = network(atData, memberState(schedule, timestep, clean, latent), timestep);
    const inputs = readoutInputs(weights, seen.features);
    return profiles.map(({ data, response }, p) => {
      const own = Array.from(seen.value.subarray(p * M, (p + 1) * M), (v) => slope * v);
      const explained = Float64Array.from(response(Matrix.columnVector(own)).to1DArray());
      return {
        latent,
        inputs: inputs.slice(p * M, (p + 1) * M),
        explained,
        residual: data.map((J, r) => J - explained[r]),
        response,
        coupling: fluxOfMobility(rows[p], own, mobilityAtData[p].response).neg(),
      };
    });
  };
}

/** Fluxes less the part of what is known to drive, as another mobility has it. */
const asDriven = ({ flux, mobility, knownForce }: ForceRows, seen: Float64Array) =>
  flux.map((J, e) => J + flux.length * knownForce[e] * (seen[e] - mobility[e]));

/** A profile's trained elements, the first ones, as its blocks see them on average. */
function trainedOf(blocks: readonly ForceBlock[], trained: number): CalibrationProfile {
  const [{ design, residual, explained }] = averageProfiles(blocks, [blocks[0].residual.length]);
  const [{ coupling }] = blocks;
  const foreign = Matrix.zeros(coupling.rows, coupling.columns);
  for (const block of blocks) foreign.add(block.coupling);
  foreign.div(blocks.length);
  return {
    design: design.subMatrix(0, trained - 1, 0, design.columns - 1),
    residual: residual.slice(0, trained),
    explained: explained.slice(0, trained),
    foreign: foreign.subMatrix(0, trained - 1, 0, foreign.columns - 1),
  };
}

interface ForceBlock extends LatentBlock {
  /** `[M][random indices of m]` how the whitened fluxes of f' are to answer to each index of m. */
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

/** What each index of the mobility does to the whitened fluxes of a given f', the known part of what drives them among it, `[M][D]`. */
function fluxOfMobility(
  { whitening, knownForce }: ForceRows,
  force: readonly number[],
  response: Matrix,
): Matrix {
  const M = force.length;
  const change = response.clone();
  for (let e = 0; e < M; e++) {
    change.mulRow(e, -M * (force[(e + 1) % M] - force[e] + knownForce[e]));
  }
  return whitening.apply(change);
}
