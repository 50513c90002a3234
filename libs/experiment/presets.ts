import type { AnyParticles } from "@spiediff/kmc";
import type { Profile } from "@spiediff/user-text";
import { parseSimulation } from "./parse.ts";
import type { PresetName } from "./preset_names.ts";
import type { ExperimentInput, SimulatedExperiment } from "./schema.ts";

const mode = (k: number, amplitude: number, phase = 0) => ({ k, amplitude, phase });

/** Eight smooth profiles that together cover densities 0.1 to 0.9 with gradients at each of them. */
const EIGHT_PROFILES: Profile[] = [
  { name: "wide", mean: 0.5, modes: [mode(1, 0.4)] },
  { name: "middle", mean: 0.5, modes: [mode(1, 0.3, 1)] },
  { name: "low", mean: 0.3, modes: [mode(1, 0.2, 2)] },
  { name: "high", mean: 0.7, modes: [mode(1, 0.2, 3)] },
  { name: "low-wide", mean: 0.38, modes: [mode(1, 0.27, 4)] },
  { name: "high-wide", mean: 0.62, modes: [mode(1, 0.27, 5)] },
  { name: "skew", mean: 0.5, modes: [mode(1, 0.3), mode(2, 0.1, 0.7)] },
  { name: "double", mean: 0.5, modes: [mode(2, 0.36, 0.4)] },
];

const TARGET: Profile = { name: "target", mean: 0.5, modes: [mode(1, 0.3), mode(2, 0.08, 1.5)] };
const TIMES = [0, 0.0025, 0.005, 0.01, 0.02, 0.05];

const LRM: ExperimentInput = {
  name: "lrm",
  seed: 1,
  // Local equilibrium from the first instant: no burn-in is needed.
  particles: {
    ...{ system: "arrhenius-exclusion", sites: 2000, halfWidth: 40, betaJ0: 1 },
    initialState: "local-gibbs",
  },
  elements: 25,
  profiles: EIGHT_PROFILES,
  sampling: { realizations: 8000, burnIn: 0, h: [1e-6, 4e-6] },
  prediction: { profile: TARGET, times: TIMES },
  groundTruth: { realizations: 256 },
};

/** The same road for the nearest-neighbour process. */
const short = (name: string, betaJ0: number): ExperimentInput => ({
  ...LRM,
  name,
  particles: {
    ...{ system: "arrhenius-exclusion", sites: 2000, halfWidth: 1, betaJ0 },
    initialState: "local-gibbs",
  },
});

/** Half of the profiles, a ninth of the realizations: three times the noise. */
const SCARCE: ExperimentInput = {
  ...LRM,
  name: "scarce",
  profiles: EIGHT_PROFILES.slice(0, 4),
  sampling: { ...LRM.sampling, realizations: 889 },
};

/** Sites of processes that run one bond at a time; 24 to an element. */
const SITES = 600;

/** A process on the bonds of a ring, on profiles from `low` to `high`. */
interface BondExperiment {
  readonly name: string;
  readonly particles: ExperimentInput["particles"];
  /** What densities 0 and 1 of {@link EIGHT_PROFILES}, of which 0.1 to 0.9 occur, stand for. */
  readonly range: readonly [low: number, high: number];
  /** Typical; times go with its inverse. */
  readonly diffusivity: number;
  /** Hop times. */
  readonly windows: readonly number[];
  readonly burnIn?: number;
}

function onBonds(
  { name, particles, range: [low, high], diffusivity, windows, burnIn = 0 }: BondExperiment,
): ExperimentInput {
  const stretched = (profile: Profile): Profile => ({
    name: profile.name,
    mean: low + (high - low) * profile.mean,
    modes: profile.modes.map((own) => ({ ...own, amplitude: (high - low) * own.amplitude })),
  });
  const hop = 1 / SITES ** 2;
  return {
    ...LRM,
    ...{ name, particles },
    profiles: EIGHT_PROFILES.map(stretched),
    sampling: { realizations: 4000, burnIn: burnIn * hop, h: windows.map((w) => w * hop) },
    prediction: { profile: stretched(TARGET), times: TIMES.map((t) => t / diffusivity) },
    groundTruth: { realizations: 128 },
  };
}

/** Above an end that nothing bounds. */
const UNBOUNDED_RANGE = 2;

/**
 * An experiment of a process that no preset has, on profiles over its domain.
 *
 * @throws {ConfigError} naming every field that is wrong.
 */
export function experimentOnBonds(name: string, own: OwnProcessInput): SimulatedExperiment {
  const { field: { low, high }, diffusivity } = own;
  return parseSimulation(onBonds({
    ...{ name, particles: { ...own, sites: SITES }, diffusivity, windows: [4, 16] },
    range: [low, high ?? low + UNBOUNDED_RANGE],
  }));
}

type OwnProcessInput =
  & Omit<Extract<ExperimentInput["particles"], { system: "own" }>, "sites">
  & Pick<Extract<AnyParticles, { system: "own" }>, "field" | "diffusivity">;

/** A process on a square or cube; lengths are in sites to each axis. */
interface TorusExperiment {
  readonly name: string;
  readonly particles: ExperimentInput["particles"] & { readonly dimension: 2 | 3 };
  readonly elements: number;
  /** Mean densities of the profiles. */
  readonly means: readonly number[];
  readonly amplitude: number;
  readonly realizations: number;
  /** Hop times. */
  readonly windows: readonly number[];
  readonly burnIn?: number;
  /** Typical; times go with its inverse. */
  readonly diffusivity: number;
  readonly groundTruth: number;
}

/**
 * `sin sin` or `sin sin sin` of the axes as plane waves; the phases say where it is: each profile elsewhere on the
 * mesh.
 */
function productOfSines(dimension: 2 | 3, amplitude: number, phase: number) {
  const signs = Array.from(
    { length: 2 ** (dimension - 1) },
    (_, n) => [1, ...Array.from({ length: dimension - 1 }, (_, a) => 1 - 2 * ((n >> a) & 1))],
  );
  return signs.map((k) => ({
    k,
    amplitude: amplitude / signs.length,
    // Each sine is a cosine a quarter of a turn behind; no -0, which JSON does not tell from 0.
    phase: k.reduce((a, b) => a + b, 0) * (phase - Math.PI / 2) || 0,
  }));
}

/** Particles that only exclude each other; with `betaJ0` those that bind their neighbours. */
const exclusionOf = (dimension: 2 | 3, sites: number) => ({
  ...{ system: "arrhenius-exclusion" as const, dimension, sites, halfWidth: 1, betaJ0: 0 },
  initialState: "local-gibbs" as const,
});

function onTorus(
  { name, particles, elements, means, amplitude, realizations, ...rest }: TorusExperiment,
): ExperimentInput {
  const { windows, burnIn = 0, diffusivity, groundTruth } = rest;
  const { dimension, sites } = particles, hop = 1 / sites ** 2;
  const middle = means[Math.floor(means.length / 2)];
  const [k, oblique] = dimension === 2 ? [[1, 0], [1, 2]] : [[1, 0, 0], [1, 1, 1]];
  return {
    ...LRM,
    ...{ name, particles, elements },
    profiles: means.map((mean, p) => ({
      name: `mean-${mean}`,
      mean,
      modes: productOfSines(dimension, amplitude, 2 * Math.PI * p / means.length / elements),
    })),
    sampling: { realizations, burnIn: burnIn * hop, h: windows.map((w) => w * hop) },
    prediction: {
      profile: {
        name: "target",
        mean: middle,
        modes: [
          { k, amplitude: 0.6 * amplitude },
          { k: oblique, amplitude: 0.4 * amplitude, phase: 1 },
        ],
      },
      times: [0, 0.002, 0.005, 0.01, 0.02].map((t) => t / diffusivity),
      members: 100,
    },
    groundTruth: { realizations: groundTruth },
  };
}

/** The experiments that ship with the code; all of `beta = 1` and rate prefactor 1. */
const PRESETS = {
  "lrm": LRM,
  "short-weak": short("short-weak", 1),
  "short-strong": short("short-strong", 4),
  "arrhenius-short": short("arrhenius-short", 2),
  "scarce": SCARCE,
  "zero-range": onBonds({
    name: "zero-range",
    particles: { system: "zero-range", sites: SITES },
    ...{ range: [0, 2], diffusivity: 0.25, windows: [4, 16] },
  }),
  "inclusion": onBonds({
    name: "inclusion",
    particles: { system: "inclusion", sites: SITES, alpha: 1 },
    ...{ range: [0, 2], diffusivity: 1, windows: [4, 16] },
  }),
  "generalised-exclusion": onBonds({
    name: "generalised-exclusion",
    particles: { system: "generalised-exclusion", sites: SITES },
    ...{ range: [0, 2], diffusivity: 2, windows: [4, 16] },
  }),
  "energy-exchange": onBonds({
    name: "energy-exchange",
    particles: { system: "energy-exchange", sites: SITES },
    ...{ range: [0.25, 1.75], diffusivity: 0.5, windows: [4, 16] },
  }),
  // Not of gradient type: long windows and burn-in beside the memory of the current; short ones show it.
  "kawasaki": onBonds({
    name: "kawasaki",
    particles: { system: "kawasaki", sites: SITES, swaps: "metropolis", b: 2 },
    ...{ range: [0, 1], diffusivity: 0.1, windows: [1, 3, 10, 20, 35], burnIn: 40 },
  }),
  "exclusion-2d": onTorus({
    name: "exclusion-2d",
    particles: exclusionOf(2, 96),
    ...{ elements: 12, means: [0.3, 0.5, 0.7], amplitude: 0.2, diffusivity: 1 },
    // With many more the lattice shows, (k / N)^2 / 12 of a wave's rate: 4e-4 here, which no band holds.
    ...{ realizations: 400, windows: [0.1], groundTruth: 64 },
  }),
  // Neighbours bind by b = 1. Not of gradient type: the burn-in and the window are long beside the memory.
  "arrhenius-2d": onTorus({
    name: "arrhenius-2d",
    particles: { ...exclusionOf(2, 96), betaJ0: 4 },
    ...{ elements: 12, means: [0.3, 0.5, 0.7], amplitude: 0.15, diffusivity: 0.1 },
    ...{ realizations: 64, windows: [1, 4, 16], burnIn: 10, groundTruth: 32 },
  }),
  "zero-range-2d": onTorus({
    name: "zero-range-2d",
    particles: { system: "zero-range", dimension: 2, sites: 96 },
    ...{ elements: 12, means: [0.6, 1, 1.5], amplitude: 0.4, diffusivity: 0.25 },
    ...{ realizations: 2000, windows: [0.1], groundTruth: 64 },
  }),
  "exclusion-3d": onTorus({
    name: "exclusion-3d",
    particles: exclusionOf(3, 36),
    ...{ elements: 6, means: [0.3, 0.5, 0.7], amplitude: 0.2, diffusivity: 1 },
    ...{ realizations: 240, windows: [0.1], groundTruth: 32 },
  }),
} satisfies Record<Exclude<PresetName, "quick">, ExperimentInput>;

/** The particles that a preset has. */
type PresetParticles<Name extends PresetName> = Extract<
  AnyParticles,
  {
    system: Name extends Exclude<AnyParticles["system"], "arrhenius-exclusion"> ? Name
      : Name extends "zero-range-2d" ? "zero-range"
      : "arrhenius-exclusion";
  }
>;

/**
 * A validated preset, with the seed replaced when one is given.
 *
 * @param small The same process in a minute: fewer realizations, steps, members and times.
 */
export function preset<Name extends PresetName>(
  name: Name,
  seed?: number,
  small = false,
): SimulatedExperiment<PresetParticles<Name>> {
  const input = name === "quick"
    ? { ...smaller(LRM), name }
    : small
    ? smaller(PRESETS[name as keyof typeof PRESETS])
    : PRESETS[name as keyof typeof PRESETS];
  return parseSimulation({ ...input, seed: seed ?? input.seed }) as SimulatedExperiment<
    PresetParticles<Name>
  >;
}

/** Shares of the last time that a small run predicts. */
const SMALL_TIMES = [0, 0.02, 0.04, 0.08];

function smaller(input: ExperimentInput): ExperimentInput {
  const { sampling, prediction } = input, last = prediction.times.at(-1)!;
  const isTorus = "dimension" in input.particles;
  return {
    ...input,
    name: `${input.name}-quick`,
    sampling: {
      ...sampling,
      realizations: isTorus ? Math.max(32, sampling.realizations / 4) : 1000,
    },
    training: { steps: { k1: 1200, freeEnergy: 1200 }, hidden: [48, 48, 48] },
    prediction: { ...prediction, times: SMALL_TIMES.map((share) => share * last), members: 60 },
    groundTruth: { realizations: isTorus ? 8 : 32 },
  };
}
