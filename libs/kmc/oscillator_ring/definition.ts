/** The oscillator ring as experiments name it. */
import {
  ringFields,
  ringMobility,
  type RingProfile,
  ringThermodynamics,
  solveOscillatorRing,
} from "@spiediff/exact-reference";
import { z } from "zod";
import type {
  ConservedField,
  FieldsDefinition,
  FieldsProcess,
  FieldsStart,
} from "../several_fields/fields_process.ts";
import { localGibbs } from "./local_gibbs.ts";
import { ringRunner, ringTrajectories } from "./realization.ts";
import { noiseStep } from "./types.ts";

const schema = z.strictObject({
  system: z.literal("oscillator-ring").describe(
    "A ring of oscillators whose noise keeps stretch, momentum and energy.",
  ),
  sites: z.int().min(20).max(100_000).describe("Oscillators N; spacing 1/N."),
  cubic: z.number().min(-1.5).max(1.5).default(0.5).describe(
    "alpha of the potential r^2/2 + alpha r^3/3 + r^4/4.",
  ),
  resampling: z.number().positive().max(1).default(0.01).describe(
    "nu0: a pair's stretches and momenta are drawn anew at the rate 2 nu0 N^2.",
  ),
  exchange: z.number().min(0).max(1).default(0.04).describe(
    "nu1: neighbours exchange their momenta at the rate nu1 N^2.",
  ),
});

const FIELDS: readonly ConservedField[] = [
  { name: "stretch", symbol: "r", unit: "length", low: null, high: null, parity: 1 },
  { name: "momentum", symbol: "p", unit: "momentum", low: null, high: null, parity: -1 },
  { name: "energy", symbol: "e", unit: "energy", low: null, high: null, parity: 1 },
];

const profileOf = ({ stretch, momentum, temperature }: FieldsStart): RingProfile => ({
  stretch,
  momentum,
  temperature,
});

export const oscillatorRingDefinition: FieldsDefinition<typeof schema> = {
  schema,
  of({ sites, cubic, resampling, exchange }): FieldsProcess {
    const noise = { resampling, exchange }, thermodynamics = ringThermodynamics(cubic);
    const ring = { sites, cubic, ...noise, step: noiseStep({ sites, cubic, ...noise }) };
    const plan = (start: FieldsStart, elements: number) => ({
      ring,
      start: profileOf(start),
      elements,
    });
    return {
      title: `Ring of oscillators, \u03b1 = ${cubic}, \u03bd\u2080 = ${resampling}, ` +
        `\u03bd\u2081 = ${exchange}`,
      law: "generic",
      fields: FIELDS,
      given: ["stretch", "momentum", "temperature"],
      described: { cubic, resampling, exchange },
      check: (start) => void localGibbs(ring, profileOf(start)),
      windows: (start, elements, window) => ringRunner(plan(start, elements), window),
      trajectories: (start, elements, times) => ringTrajectories(plan(start, elements), times),
      startFields: (start, points) => flat(ringFields(thermodynamics, profileOf(start), points)),
      exact: {
        mobility([r, u]) {
          const { rr, re, ee, pp } = ringMobility(thermodynamics.at(r, u), noise);
          return [rr, re, ee, pp];
        },
        slopes([r, u]) {
          const { tension, temperature } = thermodynamics.at(r, u);
          return [-tension / temperature, 1 / temperature];
        },
        evolve: (start, times, points) =>
          solveOscillatorRing(thermodynamics, noise, profileOf(start), times, {
            gridPoints: points,
            step: 1e-3,
          }).map(flat),
      },
    };
  },
};

const flat = ({ stretch, momentum, energy }: ReturnType<typeof ringFields>) =>
  Float64Array.from([...stretch, ...momentum, ...energy]);
