/** What the gallery shows: presets, and one of them in a field. */
import { parseSimulation, preset, type SimulatedExperiment } from "@spiediff/experiment";

export interface Entry {
  /** Names files. */
  readonly id: string;
  readonly title: string;
  /** What to see, in a sentence or two. */
  readonly text: string;
  readonly experiment: (seed: number) => SimulatedExperiment;
  /** Whether its page has the mobility against the window, too. */
  readonly windows?: true;
}

/** Energy over the domain's length; over one of 600 bonds 0.02 k_B T. */
const FIELD = 12;

export const ENTRIES: readonly Entry[] = [
  {
    id: "arrhenius-short",
    title: "Arrhenius exclusion, nearest neighbours",
    text:
      "Particles that bind to their neighbours and hop the more rarely the more they have, βJ₀ = 2.",
    experiment: (seed) => preset("arrhenius-short", seed, true),
  },
  {
    id: "zero-range",
    title: "Zero range",
    text: "A site sends a particle each way at rate 1 while it has any: D falls as (1 + ρ)⁻².",
    experiment: (seed) => preset("zero-range", seed, true),
  },
  {
    id: "zero-range-field",
    title: `Zero range in a field, E = ${FIELD}`,
    text:
      "The same, driven to the right: the law is that without a field, the profile moves and steepens.",
    experiment: (seed) => {
      const { particles, ...rest } = preset("zero-range", seed, true);
      return parseSimulation({
        ...rest,
        name: "zero-range-field-quick",
        particles: { ...particles, externalField: FIELD },
      });
    },
  },
  {
    id: "inclusion",
    title: "Symmetric inclusion",
    text:
      "Particles invite each other: the mobility grows with the square of the density, D stays 1.",
    experiment: (seed) => preset("inclusion", seed, true),
  },
  {
    id: "generalised-exclusion",
    title: "Exclusion with two places a site",
    text: "A process of twenty lines: densities up to 2, D = 2.",
    experiment: (seed) => preset("generalised-exclusion", seed, true),
  },
  {
    id: "energy-exchange",
    title: "Energy exchange",
    text: "No particles: neighbours share their energy anew; f′ = −1/ρ.",
    experiment: (seed) => preset("energy-exchange", seed, true),
  },
  {
    id: "kawasaki",
    title: "Kawasaki swaps, Metropolis rates",
    text:
      "Not of gradient type: memory of the current takes about 4 % off the instantaneous mobility.",
    experiment: (seed) => preset("kawasaki", seed, true),
    windows: true,
  },
];
