/** From the rates of a process to what experiments ask of it. */
import { planEnsemble, type Simulator, type Words } from "@spiediff/ensemble";
import type { ExactReference } from "@spiediff/exact-reference";
import type { FieldData } from "@spiediff/law";
import type { z } from "zod";
import { simulatedHops } from "../torus/definition.ts";
import { hopProcess } from "../torus/processes.ts";
import {
  isOnTorus,
  type ParticleProcess,
  type Particles,
  type ProfileRuns,
  type RingProcess,
  type SimulatedProcess,
} from "./particle_process.ts";
import { sourceOf } from "../bond_processes.ts";
import { type BondRun, faster } from "./bond_run.ts";
import type { BondProcess } from "./types.ts";

/** A process by its rates, with what is known of it. */
export interface BondDefinition<Schema extends z.ZodType<Particles>, P = z.infer<Schema>> {
  readonly schema: Schema;
  readonly field: FieldData;
  process(particles: P): BondProcess;
  /** For pages. */
  title(particles: P): string;
  /** The fields of `particles` that are its own, for manifests. */
  parameters(particles: P): Readonly<Record<string, unknown>>;
  /** Of rates with prefactor 1, energies in which the thermal one is `1 / beta`. */
  reference(particles: P, beta: number): ExactReference;
  /** Largest diffusivity of rates with prefactor 1; only its size matters. */
  diffusivity(particles: P): number;
  /** How the sampler draws: "independent geometric sites". */
  readonly start: string;
  /** Hop times that windows must last; 4 where all memory of the current telescopes. */
  readonly leastHopTimes?: (particles: P) => number;
}

/** Hop times after which a window is microscopically long. */
export const LEAST_HOP_TIMES = 4;

/** The registry's entry of a process that is defined by its rates. */
export function bondDefinition<Schema extends z.ZodType<Particles>>(
  definition: BondDefinition<Schema>,
): ParticleProcess<Schema> {
  return {
    schema: definition.schema,
    of(particles, worker) {
      const { field, start, leastHopTimes = () => LEAST_HOP_TIMES } = definition;
      const title = definition.title(particles), parameters = definition.parameters(particles);
      const diffusivity = definition.diffusivity(particles);
      const process = definition.process(particles), { bound, reach, transfer } = process;
      if (isOnTorus(particles)) {
        return simulatedHops(particles, { source: sourceOf, worker }, {
          ...{ field, start, title, diffusivity, isLocal: true },
          process: hopProcess(process),
          described: describedBonds(particles, { title, field, parameters }),
          reference: () => definition.reference(particles, particles.beta),
        });
      }
      return simulatedBonds(particles, { source: sourceOf, worker }, {
        ...{ field, start, title, parameters, diffusivity },
        leastHopTimes: leastHopTimes(particles),
        algorithm: bound === null || (transfer && particles.externalField)
          ? "sum tree"
          : "rejection",
        isLocal: reach === 1,
        reference: () => definition.reference(particles, particles.beta),
      });
    },
  };
}

/** What is said of a process on bonds, and asked of it, besides its rates. */
export interface BondFacts extends Pick<SimulatedProcess, "field" | "title"> {
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Of rates with prefactor 1. */
  readonly diffusivity: number;
  readonly leastHopTimes: number;
  /** How the sampler draws. */
  readonly start: string;
  /** Whether sites are independent in equilibrium and rates read no others: then the law is local. */
  readonly isLocal: boolean;
  /** How realizations run, for records. */
  readonly algorithm: string;
  /** Of rates with prefactor 1; null where none is known. */
  readonly reference: () => ExactReference | null;
}

/** A process on bonds with its parameters, run by a simulator. */
export function simulatedBonds(
  particles: Particles,
  simulator: Simulator<BondRun>,
  facts: BondFacts,
): RingProcess {
  const { field, title, diffusivity, leastHopTimes } = facts;
  const { start, algorithm, reference, isLocal } = facts;
  const { sites, drive } = particles;
  const clock = {
    sites,
    drive: drive * diffusivity,
    shortest: leastHopTimes / (drive * sites ** 2),
  };
  const ensembleOf = (runs: ProfileRuns) => {
    const { elements, realizations, profile: { name, density }, seed } = runs;
    const words: Words = { width: 1, streams: [seed, "kmc", name] };
    const process: BondRun = { particles, elements, density };
    return { simulator, process, elements, realizations, words };
  };
  return {
    ...{ field, title, clock, dimension: 1 },
    described: describedBonds(particles, facts),
    loops: ["typescript"],
    start: () => ({ text: `local equilibrium, ${start}`, isEquilibrium: true }),
    windows({ burnIn, horizons, blocks, ...runs }) {
      const profileName = runs.profile.name, initialState = "local-gibbs", engine = "scalar";
      return planEnsemble({
        ...ensembleOf(runs),
        describe: { system: clock, profileName, initialState, engine, algorithm },
        ...{ burnIn, horizons, blocks, controlVariates: true },
      });
    },
    trajectories: ({ times, ...runs }) => ({ ...ensembleOf(runs), times }),
    knownLaws() {
      const known = reference();
      return known && { reference: faster(known, drive), limit: null };
    },
    gradientEnergy: () => undefined,
    nextOrder: () => isLocal ? 0 : undefined,
  };
}

/** What manifests say of a process on bonds. */
const describedBonds = (
  { system }: Particles,
  { title, field, parameters }: Pick<BondFacts, "title" | "field" | "parameters">,
) => ({ particles: "process", process: system, title, field, parameters });
