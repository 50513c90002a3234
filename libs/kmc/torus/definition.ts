/** Hopping particles of two and three dimensions, as experiments ask of them. */
import type { Simulator, Words } from "@spiediff/ensemble";
import type { ExactReference } from "@spiediff/exact-reference";
import { type BondRun, faster } from "../process/bond_run.ts";
import type {
  Particles,
  ProfileRuns,
  SimulatedProcess,
  TorusProcess,
} from "../process/particle_process.ts";
import { hopWindows } from "./realization.ts";
import type { HopProcess } from "./types.ts";

/** What is said of such a process besides its rates. */
export interface HopFacts extends Pick<SimulatedProcess, "field" | "title" | "described"> {
  readonly process: HopProcess;
  /** Of rates with prefactor 1. */
  readonly diffusivity: number;
  /** Hop times that windows must last where currents have a memory; absent where all of it telescopes. */
  readonly leastHopTimes?: number;
  /** How the sampler draws. */
  readonly start: string;
  /** Whether sites are independent in equilibrium: then the law is local. */
  readonly isLocal: boolean;
  /** Of rates with prefactor 1; null where none is known. */
  readonly reference: () => ExactReference | null;
}

/** Hop times of a window where any would do: what begins it costs more than what is in it. */
const SHORT = 0.1;

/** A process on a square or cube with its parameters. */
export function simulatedHops(
  particles: Particles & { readonly dimension: 2 | 3 },
  simulator: Simulator<BondRun>,
  facts: HopFacts,
): TorusProcess {
  const { field, title, described, process, diffusivity, leastHopTimes = SHORT } = facts;
  const { dimension, sites, drive } = particles;
  const hops = drive * sites ** 2;
  return {
    ...{ field, title, described, dimension },
    clock: { sites, drive: drive * diffusivity, shortest: leastHopTimes / hops },
    loops: ["typescript"],
    start: () => ({ text: `local equilibrium, ${facts.start}`, isEquilibrium: true }),
    segments: ({ density, elements, burnIn, horizons }) =>
      hopWindows({
        ...{ process, dimension, density, elements },
        burnIn: burnIn * hops,
        windows: horizons.map((h) => h * hops),
      }),
    trajectories({ times, ...runs }) {
      const { elements, realizations, profile: { name, density }, seed }: ProfileRuns = runs;
      const words: Words = { width: 1, streams: [seed, "kmc", name] };
      const run: BondRun = { particles, elements, density };
      return {
        ...{ simulator, process: run, realizations, words, times },
        // To whoever averages fields a node is a node.
        elements: elements ** dimension,
      };
    },
    knownLaws() {
      const known = facts.reference();
      return known && { reference: faster(known, drive), limit: null };
    },
    gradientEnergy: () => undefined,
    nextOrder: () => facts.isLocal ? 0 : undefined,
  };
}
