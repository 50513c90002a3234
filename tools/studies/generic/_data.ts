/** Short simulations of the oscillator ring, and what is learned from them. */
import { ringThermodynamics } from "@spiediff/exact-reference";
import { estimateFields } from "@spiediff/fdt-operators";
import { type FieldsData, fluidState } from "@spiediff/fields-train";
import { mobilityFunction, potentialFunction } from "@spiediff/field-networks";
import { type FluidLaw, fluidLaw, widened } from "@spiediff/generic";
import { fieldsProcessOf, noiseStep, ringRunner } from "@spiediff/kmc";
import type { FieldsEnsemble } from "@spiediff/predictor";
import { randomStream } from "@spiediff/random";
import { learnFields } from "@spiediff/train";
import { progress } from "../_study.ts";

export const NOISE = { resampling: 0.01, exchange: 0.04 };
export const CUBIC = 0.5;
const SYSTEM = { sites: 500, cubic: CUBIC, ...NOISE };
const ELEMENTS = 25;
const WINDOW = 2e-3;
export const ring = ringThermodynamics(CUBIC);

const turn = 2 * Math.PI;
/** Of stretch, momentum and temperature about 0.4, 0 and 1. */
const AMPLITUDES = [0.35, 0.6, 0.4];

/** Profile `k`: one wave of each field, of its full amplitude or a little more than half, at random phases. */
function profile(seed: number, k: number) {
  const { uniform } = randomStream(seed, "generic", "profile", k);
  const [stretch, momentum, temperature] = AMPLITUDES.map((amplitude, field) => {
    const size = amplitude * ((k >> field) % 2 === 1 ? 1 : 0.6), phase = turn * uniform();
    return (x: number) => size * Math.cos(turn * x + phase);
  });
  return {
    stretch: (x: number) => 0.4 + stretch(x),
    momentum,
    temperature: (x: number) => 1 + temperature(x),
  };
}

/** Estimates of all profiles. */
export function estimates(seed: number, profiles: number, realizations: number): FieldsData[] {
  const system = { ...SYSTEM, step: noiseStep(SYSTEM) };
  return Array.from({ length: profiles }, (_, k) => {
    const run = ringRunner({ ring: system, start: profile(seed, k), elements: ELEMENTS }, WINDOW);
    const records = function* () {
      for (let n = 0; n < realizations; n++) {
        yield run(randomStream(seed, "generic", "run", k, n));
      }
    };
    const layout = { profileName: `profile ${k}`, sites: SYSTEM.sites, fields: 3 };
    const estimate = estimateFields(records(), layout);
    progress(`seed ${seed}, profile ${k}`);
    return estimate;
  });
}

/** A learned law: its most likely members, and others that the data leave open. */
export interface Learned {
  readonly law: FluidLaw;
  readonly members: readonly FluidLaw[];
  /** The same for the predictor. */
  readonly ensemble: FieldsEnsemble;
  /** Scales of the members' spread by left-out profiles, of M and of s. */
  readonly scales: readonly number[];
  /** Squared residuals over their number, of M and of s. */
  readonly chiSquares: readonly number[];
  /** States `(r, u)` in the middles of all elements. */
  readonly states: readonly (readonly [number, number])[];
}

/** Learns as the `train` command does. */
export function learn(data: readonly FieldsData[], seed: number, count: number): Learned {
  const training = { hidden: 8, units: 8, steps: 40, priorWidth: 1.5, members: count };
  const { mobility, potential, coverage } = learnFields(
    "generic",
    data,
    training,
    randomStream(seed, "generic", "fit"),
  );
  progress(`seed ${seed}: learned`);
  const all = mobility.members.map((parameters, k) => ({
    mobility: mobilityFunction(mobility.network, parameters),
    potential: potentialFunction(potential.network, potential.members[k]),
  }));
  const box = widened(coverage, 0.5);
  const [law, ...members] = all.map((one) => fluidLaw(one.potential, one.mobility, box));
  const { fields } = fieldsProcessOf({ system: "oscillator-ring", ...SYSTEM });
  const manifest: FieldsEnsemble["manifest"] = {
    law: "generic",
    fields: fields.map((field) => ({ ...field })),
    coverage: [[...coverage[0]], [...coverage[1]]],
  };
  return {
    law,
    members,
    ensemble: { manifest, likely: all[0], members: all.slice(1) },
    scales: [mobility, potential].map(({ calibration }) => calibration.indexScale),
    chiSquares: [mobility, potential].map(({ chiSquare }) => chiSquare),
    states: data.flatMap(({ middle, elements }) =>
      Array.from(
        { length: elements },
        (_, e) => fluidState([0, 1, 2].map((field) => middle[field * elements + e])),
      )
    ),
  };
}
