/** Realizations of the Arrhenius process for ensembles, by whichever engine. */
import type { RealizationSource, RunTrajectories } from "@spiediff/ensemble";
import { projectOccupation } from "@spiediff/mesh";
import { advance } from "./advance.ts";
import { configurationSampler } from "./initial_state.ts";
import { createLattice, loadOccupation } from "./lattice.ts";
import { realizationRunner } from "./realization.ts";
import type {
  ArrheniusSystem,
  ConfigurationSampler,
  Engine,
  InitialState,
  LatticeProfile,
} from "./types.ts";
import { wordRunner, wordTrajectories } from "./word_records.ts";

/** All that decides a realization but its random stream; arguments are taken as checked. */
export interface ArrheniusRun {
  readonly system: ArrheniusSystem;
  readonly elements: number;
  readonly profile: LatticeProfile;
  readonly initialState: InitialState;
  readonly engine: Engine;
}

/** Realizations of a run, one by one or in words of replicas. */
export function arrheniusSource(run: ArrheniusRun): RealizationSource {
  const { system, elements, profile, initialState, engine } = run;
  const sampler = (order?: "words") => configurationSampler(initialState, system, profile, order);
  return engine === "scalar"
    ? {
      windows(windows) {
        const runOne = realizationRunner(system, elements, sampler(), windows);
        return (stream, _, use) => use(runOne(stream));
      },
      trajectories: (times) => scalarTrajectories(run, sampler(), times),
    }
    : {
      windows: (windows) => wordRunner(system, engine, elements, sampler("words"), windows),
      trajectories: (times) => wordTrajectories(system, engine, elements, sampler("words"), times),
    };
}

function scalarTrajectories(
  { system, elements }: ArrheniusRun,
  sample: ConfigurationSampler,
  times: readonly number[],
): RunTrajectories {
  const lattice = createLattice(system);
  const configuration = new Uint8Array(system.sites);
  return (stream) => {
    sample(configuration, stream);
    loadOccupation(lattice, configuration);
    const fields = new Float64Array(times.length * elements);
    times.forEach((time, i) => {
      advance(lattice, time - (i === 0 ? 0 : times[i - 1]), stream);
      const z = fields.subarray(i * elements, (i + 1) * elements);
      projectOccupation(lattice.occupation, elements, z);
    });
    return fields;
  };
}
