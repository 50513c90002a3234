/** Short simulations of the oscillator ring, and what is learned from them. */
import { calibrate } from "@spiediff/epinet";
import { ringThermodynamics } from "@spiediff/exact-reference";
import { estimateFields } from "@spiediff/fdt-operators";
import {
  type FieldsData,
  fitDissipation,
  fitPotential,
  fluidDissipation,
  fluidEntropy,
  fluidLaw,
  fluidState,
  linearProfiles,
  posteriorMembers,
  rangeOf,
} from "@spiediff/fields-train";
import type { FluidLaw } from "@spiediff/generic";
import { noiseStep, ringRunner } from "@spiediff/kmc";
import { randomStream } from "@spiediff/random";
import { progress } from "../_study.ts";

export const NOISE = { resampling: 0.01, exchange: 0.04 };
const SYSTEM = { sites: 500, cubic: 0.5, ...NOISE };
const ELEMENTS = 25;
const WINDOW = 2e-3;
export const ring = ringThermodynamics(SYSTEM.cubic);

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
  /** Scales of the members' spread by left-out profiles, of M and of s. */
  readonly scales: readonly number[];
  /** Squared residuals over their number, of M and of s. */
  readonly chiSquares: readonly number[];
  /** States `(r, u)` in the middles of all elements. */
  readonly states: readonly (readonly [number, number])[];
}

const PRIOR_WIDTH = 1.5, STEPS = 40, UNITS = 8;

/** Learns M0, then s through it, and draws members of both. */
export function learn(data: readonly FieldsData[], seed: number, count: number): Learned {
  const stream = randomStream(seed, "generic", "fit");
  const options = { steps: STEPS, priorWidth: PRIOR_WIDTH };
  const M = fitDissipation(data, fluidDissipation, { hidden: UNITS, ...options }, stream);
  progress(`seed ${seed}: M learned in ${M.fit.steps} steps`);
  const at = M.functionOf(M.fit.parameters);
  const sizes = { first: UNITS, second: UNITS };
  const mobility = { entries: 4, at };
  const s = fitPotential(data, mobility, fluidEntropy, { ...sizes, ...options }, stream);
  progress(`seed ${seed}: s learned in ${s.fit.steps} steps`);
  const range = rangeOf(data, fluidState);
  const scales = [M, s].map(({ fit, rows }) =>
    calibrate(linearProfiles(fit, rows, PRIOR_WIDTH)).indexScale
  );
  progress(`seed ${seed}: calibrated`);
  const [ofM, ofS] = [M, s].map(({ fit }, k) => posteriorMembers(fit, PRIOR_WIDTH, scales[k]));
  const members = Array.from({ length: count }, (_, k) => {
    const draw = stream.split("member").split(k);
    return fluidLaw(s.functionOf(ofS(draw.split("s"))), M.functionOf(ofM(draw.split("M"))), range);
  });
  return {
    law: fluidLaw(s.functionOf(s.fit.parameters), at, range),
    members,
    scales,
    chiSquares: [M, s].map(({ fit, data }) => fit.chiSquare / data),
    states: data.flatMap(({ middle, elements }) =>
      Array.from(
        { length: elements },
        (_, e) => fluidState([0, 1, 2].map((field) => middle[field * elements + e])),
      )
    ),
  };
}
