import type { NoiseSchedule } from "@spiediff/diffusion";
import { type CurvePoint, fieldCondition } from "@spiediff/diffusion-train";
import { type Field, workingDomain } from "@spiediff/law";
import type { DenoiserWeights, EpinetWeights, FieldCondition } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";
import type { Matrix } from "ml-matrix";
import { type BaseNetwork, featureDimOf } from "./base_network.ts";
import { calibrate, type CalibrationProfile } from "./calibration.ts";
import { distil, scaleColumns } from "./distillation.ts";
import {
  evenBends,
  FEATURE_SCALE,
  freshEpinet,
  priorScales,
  type PriorShape,
  readoutInputs,
} from "./epinet.ts";
import { everywhere, keepLeadingDirections, RANDOM_DIRECTIONS } from "./leading_directions.ts";
import { drawBends, likelyBends } from "./likely_prior.ts";
import { lastTimestep, memberVisits } from "./member_visits.ts";
import { type LatentBlock, steer } from "./steering.ts";
import type { Calibration, EpinetOptions } from "./types.ts";

/** What the distillations of different quantities differ in. */
export interface DistilledQuantity<Block extends LatentBlock> {
  readonly base: {
    readonly weights: DenoiserWeights;
    readonly condition: FieldCondition;
    readonly schedule: NoiseSchedule;
  };
  readonly network: BaseNetwork;
  /** Size of the correction that a readout of 1 makes, in the units of what is corrected. */
  readonly outputScale: number;
  /** Number of indices after the random ones. */
  readonly furtherIndices: number;
  /** What densities are. */
  readonly field: Field;
  /** Where the data stand. */
  readonly densities: ArrayLike<number>;
  /** What the member of a latent sees of the data at a timestep: the same pieces, in order, each time. */
  blocks(weights: EpinetWeights, latent: number, timestep: number): Block[];
  /** The data of each profile, as visits see them on average: `[visits][pieces]` to `[profiles]`. */
  profiles(visits: readonly Block[][]): CalibrationProfile[];
  /** Draws what each index is to do to the data, in standard errors: `[data][indices]` of a piece. */
  directions(random: number, stream: RandomStream): (block: Block, piece: number) => Matrix;
  /** Takes what means nothing for the quantity from the readouts, in place. */
  settle?(weights: EpinetWeights, blocks: readonly Block[]): void;
  /** What of the corrections means anything, as a change of what the readouts see. */
  meaningful?(inputs: number[][]): number[][];
}

/** An epinet, and what its distillation went through. */
export interface Distilled<Block> {
  readonly weights: EpinetWeights;
  /** Before its leading directions were kept. */
  readonly wide: EpinetWeights;
  readonly curve: CurvePoint[];
  readonly calibration: Calibration;
  /** `[visits][pieces]` what members see at the end of their reverse process. */
  readonly seen: readonly Block[][];
  /** Their averages, readouts in units of 1. */
  readonly profiles: readonly CalibrationProfile[];
  /** The same, readouts in units of their prior. */
  readonly scaled: readonly CalibrationProfile[];
}

/**
 * Distils an epinet from a trained base network (paper Eq. (10)): the likely prior, the random indices,
 * the steered ones, the directions that matter, the calibration.
 */
export function distilEpinet<Block extends LatentBlock>(
  quantity: DistilledQuantity<Block>,
  options: EpinetOptions,
  stream: RandomStream,
): Distilled<Block> {
  const { base } = quantity;
  const { steps } = base.schedule;
  const featureDim = featureDimOf(base.weights);
  const random = Math.max(RANDOM_DIRECTIONS, options.indexDim);
  const fresh = (shape: PriorShape) =>
    freshEpinet(
      featureDim,
      1,
      random,
      base.condition,
      quantity.outputScale,
      shape,
      stream.split("initial"),
      quantity.furtherIndices,
      options.priorScale,
    );
  const range = rangeOf(quantity);
  const likely = likelyBends(range, featureDim, (width) => {
    const weights = fresh({ ...range, bends: evenBends({ width, size: 1 }) });
    return quantity.profiles([quantity.blocks(weights, 0, lastTimestep(steps))]);
  });
  const shape = { ...range, bends: drawBends(likely, stream.split("bends")) };
  const wide = fresh(shape), scales = priorScales(featureDim, shape);
  const visits = memberVisits(options.visits, steps, stream.split("visits"));
  const directions = quantity.directions(random, stream.split("directions"));
  const seen: Block[][] = [];
  // Visits come and go: only those that a prediction makes are kept.
  function* asked() {
    for (const { latent, timestep, last } of visits) {
      const blocks = quantity.blocks(wide, latent, timestep);
      if (last) seen.push(blocks);
      for (const [piece, block] of blocks.entries()) {
        yield { ...block, directions: directions(block, piece) };
      }
    }
  }
  const curve = distil(wide, scales, asked(), visits.length);
  steer(wide, priorScales(featureDim, shape, FEATURE_SCALE), seen.flat(), seen.length);
  quantity.settle?.(wide, seen.flat());
  const weights = keepLeadingDirections(
    wide,
    random,
    inputsAnywhere(quantity, range.domain, wide),
    options.indexDim,
  );
  const profiles = quantity.profiles(seen);
  const scaled = profiles.map((profile) => ({
    ...profile,
    design: scaleColumns(profile.design.clone(), scales),
  }));
  return { weights, wide, curve, calibration: calibrate(scaled), seen, profiles, scaled };
}

/** Densities of the data within those that there may be. */
function rangeOf<Block extends LatentBlock>({ densities, field }: DistilledQuantity<Block>) {
  const all = Array.from(densities);
  const low = Math.min(...all), high = Math.max(...all);
  return { low, high, domain: workingDomain(field, [low, high]) };
}

/** What readouts see at all densities, in the first reverse step of the latent 0. */
function inputsAnywhere<Block extends LatentBlock>(
  { base, network, meaningful }: DistilledQuantity<Block>,
  domain: PriorShape["domain"],
  weights: EpinetWeights,
): number[][] {
  const condition = fieldCondition(base.condition, everywhere(domain));
  const state = new Float32Array(condition.length);
  const inputs = readoutInputs(
    weights,
    network(condition, state, base.schedule.steps - 1).features,
  );
  return meaningful ? meaningful(inputs) : inputs;
}
