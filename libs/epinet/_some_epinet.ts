import { exclusionDensity } from "@spiediff/law";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import { randomStream } from "@spiediff/random";
import {
  epinetCorrection,
  epinetInputs,
  evenBends,
  freshEpinet,
  type PriorShape,
} from "./epinet.ts";

/** How densities are normalised in tests without a base network. */
export const UNIT = { offset: 0.5, scale: 4 };
/** A prior for data at densities 0.2 to 0.8. */
export const SHAPE: PriorShape = {
  ...{ low: 0.2, high: 0.8, bends: evenBends({ width: 0.28, size: 0.5 }) },
  domain: exclusionDensity,
};

/** What readouts see at densities where the base network's only feature is the density itself. */
export function inputsAt(density: readonly number[], shape: PriorShape = SHAPE): number[][] {
  const weights = freshEpinet(1, 1, 1, UNIT, 1, shape, randomStream(3, "layer"));
  return epinetInputs(weights, density.map((rho) => (rho - UNIT.offset) * UNIT.scale));
}

/** Corrections of all rows of features for a unit vector of each of the first indices, `[indices][rows]`. */
export function unitCorrections(
  weights: EpinetWeights,
  features: readonly (readonly number[])[],
  indices: number,
): Float64Array[] {
  const flat = features.flat();
  return Array.from({ length: indices }, (_, d) => {
    const index = new Float32Array(features.length * weights.indexDim);
    for (let r = 0; r < features.length; r++) index[r * weights.indexDim + d] = 1;
    return epinetCorrection(weights, flat, index);
  });
}

/** Standard deviation of the correction over random indices, per row: it is linear in the index. */
export function spreads(
  weights: EpinetWeights,
  features: readonly (readonly number[])[],
  random: number,
): number[] {
  const corrections = unitCorrections(weights, features, random);
  return features.map((_, r) => Math.hypot(...corrections.map((own) => own[r])));
}
