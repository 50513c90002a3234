import type { Profile } from "./profile.ts";
import { parseSimulation } from "./parse.ts";
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

const LRM: ExperimentInput = {
  name: "lrm",
  seed: 1,
  // Local equilibrium from the first instant: no burn-in is needed.
  particles: { sites: 2000, halfWidth: 40, betaJ0: 1, initialState: "local-gibbs" },
  elements: 25,
  profiles: EIGHT_PROFILES,
  sampling: { realizations: 8000, burnIn: 0, h: [1e-6, 4e-6] },
  prediction: {
    profile: { name: "target", mean: 0.5, modes: [mode(1, 0.3), mode(2, 0.08, 1.5)] },
    times: [0, 0.0025, 0.005, 0.01, 0.02, 0.05],
  },
  groundTruth: { realizations: 256 },
};

const QUICK: ExperimentInput = {
  ...LRM,
  name: "quick",
  sampling: { realizations: 1000, burnIn: 0, h: [1e-6, 4e-6] },
  training: { steps: { k1: 1200, freeEnergy: 1200 }, hidden: [48, 48, 48] },
  prediction: { ...LRM.prediction, times: [0, 0.001, 0.002, 0.004], members: 60 },
  groundTruth: { realizations: 32 },
};

/** The same road for the nearest-neighbour process. */
const short = (name: string, betaJ0: number): ExperimentInput => ({
  ...LRM,
  name,
  particles: { ...LRM.particles, halfWidth: 1, betaJ0 },
});
const SHORT_WEAK = short("short-weak", 1);
const SHORT_STRONG = short("short-strong", 4);

/** Half of the profiles, a ninth of the realizations: three times the noise. */
const SCARCE: ExperimentInput = {
  ...LRM,
  name: "scarce",
  profiles: EIGHT_PROFILES.slice(0, 4),
  sampling: { ...LRM.sampling, realizations: 889 },
};

/** Names of the experiments that ship with the code. */
export const PRESET_NAMES = ["lrm", "short-weak", "short-strong", "scarce", "quick"] as const;
export type PresetName = typeof PRESET_NAMES[number];

/** A validated preset, with the seed replaced when one is given. */
export function preset(name: PresetName, seed?: number): SimulatedExperiment {
  const input = {
    "lrm": LRM,
    "short-weak": SHORT_WEAK,
    "short-strong": SHORT_STRONG,
    "scarce": SCARCE,
    "quick": QUICK,
  }[name];
  return parseSimulation(seed === undefined ? input : { ...input, seed });
}
