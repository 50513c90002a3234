import {
  BAND_PARTS,
  type BandParts,
  scaledBand,
  scaledCurveBand,
  type UnitSystem,
} from "@spiediff/law";
import type { Prediction } from "../types.ts";

/** A prediction of the law in other units; what is relative, or counted, stays as it is. */
export function predictionInUnits(prediction: Prediction, units: UnitSystem): Prediction {
  if (units.isLaw) return prediction;
  const { density: unit, length, time, origin, particles } = units;
  const { members, coverage, steps, invariants, initial, table } = prediction;
  const rise = invariants.maxFreeEnergyRise;
  const timed = (t: number | null) => t === null ? null : t * time;
  const range = ([low, high]: readonly [number, number]) => [low * unit, high * unit] as const;
  const scaled = (values: Float64Array) => values.map((v) => v * unit);
  return {
    ...prediction,
    times: prediction.times.map((t) => t * time),
    x: prediction.x.map((x) => origin + x * length),
    density: prediction.density.map((band) => scaledCurveBand(band, unit)),
    parts: prediction.parts.map((parts) => scaledParts(parts, unit)),
    fluctuation: prediction.fluctuation?.map(scaled) ?? null,
    freeEnergy: scaledBand(prediction.freeEnergy, particles),
    meshError: prediction.meshError && scaled(prediction.meshError),
    externalField: prediction.externalField / length,
    // Of mass: the particles of a system.
    initial: { density: scaled(initial.density), mass: initial.mass * particles },
    stationaryFrom: timed(prediction.stationaryFrom),
    invariants: {
      ...invariants,
      maxFreeEnergyRise: rise === null ? null : rise * particles,
      minDensity: invariants.minDensity * unit,
      maxDensity: invariants.maxDensity * unit,
    },
    steps: {
      ...steps,
      smallestStep: steps.smallestStep * time,
      largestStep: steps.largestStep * time,
    },
    coverage: {
      trained: range(coverage.trained),
      visited: range(coverage.visited),
      firstTimeOutside: timed(coverage.firstTimeOutside),
    },
    table: { ...table, range: range(table.range) },
    ...(members && { members: members.map(scaled) }),
  };
}

const scaledParts = (parts: BandParts, unit: number): BandParts => {
  const scaled = BAND_PARTS.map(({ key }) => [key, parts[key] && parts[key].map((v) => v * unit)]);
  return Object.fromEntries(scaled) as BandParts;
};
