/** The experiments of several fields that ship with the code. */
import { parseWith } from "@spiediff/user-text";
import type { FieldsPresetName } from "../preset_names.ts";
import { FieldsExperiment, type FieldsExperimentInput, type FieldsProfile } from "./schema.ts";

const wave = (mean: number, amplitude: number, phase: number) => ({
  mean,
  modes: [{ k: 1, amplitude, phase }],
});

/** Phases of eight profiles, such that fields do not rise and fall together. */
const PHASES: readonly (readonly [number, number, number])[] = [
  ...([[0, 1.1, 2.3], [2.9, 5.2, 0.7], [4.4, 0.4, 5.6], [1.3, 3.6, 3.1]] as const),
  ...([[5.7, 2.2, 1.2], [3.5, 4.7, 4.1], [0.8, 5.9, 0.2], [2.1, 1.7, 5.0]] as const),
];

/** Whether field `field` of profile `k` has its full amplitude, or a little more than half of it. */
const size = (k: number, field: number) => (k >> field) % 2 === 1 ? 1 : 0.6;

/** One wave of stretch, momentum and temperature each. */
const FLUID_PROFILES: readonly FieldsProfile[] = PHASES.map(([r, p, T], k) => ({
  name: `waves-${k + 1}`,
  fields: {
    stretch: wave(0.4, 0.35 * size(k, 0), r),
    momentum: wave(0, 0.6 * size(k, 1), p),
    temperature: wave(1, 0.4 * size(k, 2), T),
  },
}));

const THERMO_ELASTIC_CHAIN: FieldsExperimentInput = {
  name: "thermo-elastic-chain",
  seed: 1,
  particles: {
    system: "oscillator-ring",
    sites: 500,
    cubic: 0.5,
    resampling: 0.01,
    exchange: 0.04,
  },
  elements: 25,
  profiles: [...FLUID_PROFILES],
  sampling: { realizations: 4000, window: 2e-3 },
  prediction: {
    profile: {
      name: "unseen",
      fields: {
        stretch: wave(0.4, 0.2, 0),
        momentum: wave(0, 0.4, -Math.PI / 2),
        temperature: wave(1, 0.25, 1),
      },
    },
    times: [0, 0.1, 0.25, 0.5, 1],
  },
  groundTruth: { realizations: 128 },
};

/** Densities of two species, their sum below 0.95. */
const MIXTURE_PROFILES: readonly FieldsProfile[] = PHASES.map(([first, second], k) => ({
  name: `waves-${k + 1}`,
  fields: {
    first: wave([0.25, 0.4, 0.3, 0.2][k % 4], [0.15, 0.2, 0.2, 0.12][k % 4], first),
    second: wave([0.35, 0.25, 0.3, 0.5][k % 4], [0.2, 0.12, 0.1, 0.13][k % 4], second),
  },
}));

const TWO_SPECIES: FieldsExperimentInput = {
  name: "two-species",
  seed: 1,
  particles: { system: "two-species", sites: 500 },
  elements: 25,
  profiles: [...MIXTURE_PROFILES],
  sampling: { realizations: 4000, window: 6.4e-5 },
  prediction: {
    profile: {
      name: "unseen",
      fields: { first: wave(0.3, 0.18, 0.5), second: wave(0.35, 0.2, 3.5) },
    },
    times: [0, 0.0025, 0.005, 0.01, 0.02, 0.05],
  },
  groundTruth: { realizations: 128 },
};

const FIELDS_PRESETS: Readonly<Record<FieldsPresetName, FieldsExperimentInput>> = {
  "thermo-elastic-chain": THERMO_ELASTIC_CHAIN,
  "two-species": TWO_SPECIES,
};

/**
 * A validated preset, with the seed replaced when one is given.
 *
 * @param small The same process in a minute: half of the profiles, fewer realizations and members.
 */
export function fieldsPreset(
  name: FieldsPresetName,
  seed?: number,
  small = false,
): FieldsExperiment {
  const preset = FIELDS_PRESETS[name], input = small ? smaller(preset) : preset;
  return parseFieldsExperiment({ ...input, seed: seed ?? input.seed });
}

function smaller(input: FieldsExperimentInput): FieldsExperimentInput {
  return {
    ...input,
    name: `${input.name}-quick`,
    profiles: input.profiles.slice(0, 4),
    sampling: { ...input.sampling, realizations: 1000 },
    training: { members: 24 },
    groundTruth: { realizations: 12 },
  };
}

/** @throws {ConfigError} listing every field that is wrong. */
export function parseFieldsExperiment(input: unknown): FieldsExperiment {
  return parseWith(FieldsExperiment, input, "experiment");
}
