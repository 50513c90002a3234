/** Realizations of the Arrhenius process for ensembles, by whichever engine. */
import type { RealizationSource, RunTrajectories } from "@spiediff/ensemble";
import { projectOccupation } from "@spiediff/mesh";
import { accumulatorOf } from "./accumulator.ts";
import { advance } from "./advance.ts";
import { configurationSampler, wordStart } from "./initial_state.ts";
import { createLattice, loadOccupation } from "./lattice.ts";
import { realizationRunner } from "./realization.ts";
import type { ArrheniusRun, ConfigurationSampler, ReplicaEngine } from "./types.ts";
import { wordRunner, wordTrajectories } from "./word_records.ts";

/** Realizations of a run, one by one or in words of replicas. */
export function arrheniusSource(run: ArrheniusRun): RealizationSource {
  const { system, elements, profile, initialState, engine, loops } = run;
  const sampler = () => configurationSampler(initialState, system, profile);
  const start = () => wordStart(initialState, system, profile);
  const words = (engine: ReplicaEngine) => ({ system, engine, loops });
  const accumulator = accumulatorOf(loops);
  return engine === "scalar"
    ? {
      accumulator,
      windows(windows) {
        const runOne = realizationRunner(run, sampler(), windows);
        return (stream, _, use) => use(runOne(stream));
      },
      trajectories: (times) => scalarTrajectories(run, sampler(), times),
    }
    : {
      accumulator,
      windows: (windows) => wordRunner(words(engine), elements, start(), windows),
      trajectories: (times) => wordTrajectories(words(engine), elements, start(), times),
    };
}

function scalarTrajectories(
  { system, elements, loops }: ArrheniusRun,
  sample: ConfigurationSampler,
  times: readonly number[],
): RunTrajectories {
  const lattice = createLattice(system, undefined, loops);
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
