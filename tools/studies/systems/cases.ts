/** The processes of the study, each by its preset. */
import { preset, type PresetName, type SimulatedExperiment } from "@spiediff/experiment";

export interface SystemCase {
  readonly preset: PresetName;
  readonly label: string;
}

export const CASES: readonly SystemCase[] = [
  { preset: "arrhenius-short", label: "Arrhenius, L = 1, βJ₀ = 2" },
  { preset: "zero-range", label: "zero range, 1{n ≥ 1}" },
  { preset: "inclusion", label: "inclusion, α = 1" },
  { preset: "generalised-exclusion", label: "exclusion, two a site" },
  { preset: "energy-exchange", label: "energy exchange" },
  { preset: "kawasaki", label: "Kawasaki, Metropolis, b = 2" },
];

/** Two whose long times are held against the differential equation, `d_t rho = d_xx P(rho)`. */
export const FOLLOWED = [
  // P is the fugacity, which is the mobility too: slope 1/(1 + rho)^2, at most 1.
  {
    preset: "zero-range",
    label: "zero range",
    pressure: (rho: number) => rho / (1 + rho),
    steepest: 1,
    middle: 0.25,
  },
  {
    preset: "energy-exchange",
    label: "energy exchange",
    pressure: (rho: number) => rho / 2,
    steepest: 0.5,
    middle: 0.5,
  },
] as const satisfies readonly (SystemCase & {
  readonly pressure: (density: number) => number;
  /** Largest slope of the pressure, and that at the mean density of the predicted profile. */
  readonly steepest: number;
  readonly middle: number;
})[];

export type Followed = typeof FOLLOWED[number];

/** So little data and training that a unit takes seconds, to see that everything works. */
export function tinyOf(experiment: SimulatedExperiment): SimulatedExperiment {
  return {
    ...experiment,
    sampling: { ...experiment.sampling, realizations: 200 },
    training: { ...experiment.training, hidden: [16, 16], steps: { k1: 200, freeEnergy: 200 } },
  };
}

export function experimentOf(name: PresetName, seed: number, small: boolean, tiny: boolean) {
  const experiment = preset(name, seed, small);
  return tiny ? tinyOf(experiment) : experiment;
}
