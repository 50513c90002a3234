/** The pieces of work that an ensemble is cut into; the same code runs in and out of workers. */
import { projectOccupation } from "@spiediff/coarse-graining";
import { randomStream } from "@spiediff/random";
import type { RandomStream } from "@spiediff/random";
import { advance } from "./advance.ts";
import { configurationSampler } from "./initial_state.ts";
import type { ConfigurationSampler } from "./initial_state.ts";
import { advanceLanes, createLanes, LANES, loadLane, readLane, seedLanes } from "./lanes.ts";
import { createLattice, loadOccupation } from "./lattice.ts";
import { addRecord, createMoments, momentBuffers } from "./moments.ts";
import type { EnsembleMoments } from "./moments.ts";
import { realizationRunner } from "./realization.ts";
import type { ArrheniusSystem, InitialState, LatticeProfile, TrajectoryEngine } from "./types.ts";

/** Everything a worker must know; structured-cloneable, arguments already checked. */
export interface Job {
  readonly system: ArrheniusSystem;
  readonly elements: number;
  readonly profile: LatticeProfile;
  readonly initialState: InitialState;
  readonly realizations: number;
  readonly seed: number | string;
  readonly work: MomentsWork | TrajectoryWork;
}

/** Blocks of realizations reduced to their moments. */
export interface MomentsWork {
  readonly kind: "moments";
  readonly burnIn: number;
  readonly horizons: readonly number[];
  readonly controlVariates: boolean;
  readonly blockSize: number;
}

/** Realizations recorded at several times: one a task, or a word of 16. */
export interface TrajectoryWork {
  readonly kind: "trajectory";
  readonly engine: TrajectoryEngine;
  readonly times: readonly number[];
}

/** Result of one task with the buffers it may hand over. */
export interface TaskResult {
  /** Moments of a block, or fields `[realizations of the task, times, M]`. */
  readonly value: EnsembleMoments | Float64Array;
  readonly buffers: ArrayBuffer[];
}

/** Prepares a job once and returns the function that runs its task `index`. */
export function prepareTasks(job: Job): (index: number) => TaskResult {
  const sample = configurationSampler(job.initialState, job.system, job.profile);
  const streamOf: StreamOf = (realization) =>
    randomStream(job.seed, "kmc", job.profile.name, realization);
  const { work, elements } = job;
  if (work.kind === "moments") {
    const run = realizationRunner(
      job.system,
      elements,
      sample,
      work.burnIn,
      work.horizons,
      work.controlVariates,
    );
    return (index) => {
      const moments = createMoments(elements, work.horizons.length);
      const end = Math.min(job.realizations, (index + 1) * work.blockSize);
      for (let r = index * work.blockSize; r < end; r++) addRecord(moments, run(streamOf(r)));
      return { value: moments, buffers: momentBuffers(moments) };
    };
  }
  return work.engine === "lanes"
    ? laneTrajectories(job, work, sample, streamOf)
    : scalarTrajectories(job, work, sample, streamOf);
}

type StreamOf = (realization: number | string) => RandomStream;

function scalarTrajectories(
  { system, elements }: Job,
  { times }: TrajectoryWork,
  sample: ConfigurationSampler,
  streamOf: StreamOf,
): (index: number) => TaskResult {
  const lattice = createLattice(system);
  const configuration = new Uint8Array(system.sites);
  return (index) => {
    const stream = streamOf(index);
    sample(configuration, stream);
    loadOccupation(lattice, configuration);
    const fields = new Float64Array(times.length * elements);
    times.forEach((time, i) => {
      advance(lattice, time - (i === 0 ? 0 : times[i - 1]), stream);
      const z = fields.subarray(i * elements, (i + 1) * elements);
      projectOccupation(lattice.occupation, elements, z);
    });
    return { value: fields, buffers: [fields.buffer as ArrayBuffer] };
  };
}

/** Word `w` holds the realizations `16 w .. 16 w + 15`, each started from its own stream. */
function laneTrajectories(
  { system, elements }: Job,
  { times }: TrajectoryWork,
  sample: ConfigurationSampler,
  streamOf: StreamOf,
): (index: number) => TaskResult {
  const lattice = createLanes(system);
  const configuration = new Uint8Array(system.sites);
  return (word) => {
    const stream = streamOf(`word-${word}`);
    seedLanes(lattice, stream);
    for (let r = 0; r < LANES; r++) {
      sample(configuration, streamOf(word * LANES + r));
      loadLane(lattice, r, configuration);
    }
    const size = times.length * elements;
    const fields = new Float64Array(LANES * size);
    times.forEach((time, i) => {
      advanceLanes(lattice, time - (i === 0 ? 0 : times[i - 1]), stream);
      for (let r = 0; r < LANES; r++) {
        const from = r * size + i * elements;
        readLane(lattice, r, configuration);
        projectOccupation(configuration, elements, fields.subarray(from, from + elements));
      }
    });
    return { value: fields, buffers: [fields.buffer as ArrayBuffer] };
  };
}
