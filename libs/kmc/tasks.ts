/** The pieces of work that an ensemble is cut into; the same code runs in and out of workers. */
import { projectOccupation } from "@spiediff/coarse-graining";
import { randomStream } from "@spiediff/random";
import { advance } from "./advance.ts";
import { configurationSampler } from "./initial_state.ts";
import { createLattice, loadOccupation } from "./lattice.ts";
import { addRecord, createMoments, momentBuffers } from "./moments.ts";
import type { EnsembleMoments } from "./moments.ts";
import { realizationRunner } from "./realization.ts";
import type { ArrheniusSystem, InitialState, LatticeProfile } from "./types.ts";

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

/** Single realizations recorded at several times. */
export interface TrajectoryWork {
  readonly kind: "trajectory";
  readonly times: readonly number[];
}

/** Result of one task with the buffers it may hand over. */
export interface TaskResult {
  readonly value: EnsembleMoments | Float64Array;
  readonly buffers: ArrayBuffer[];
}

/** Prepares a job once and returns the function that runs its task `index`. */
export function prepareTasks(job: Job): (index: number) => TaskResult {
  const sample = configurationSampler(job.initialState, job.system, job.profile);
  const streamOf = (realization: number) =>
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
  const lattice = createLattice(job.system);
  const configuration = new Uint8Array(job.system.sites);
  return (index) => {
    const stream = streamOf(index);
    sample(configuration, stream);
    loadOccupation(lattice, configuration);
    const fields = new Float64Array(work.times.length * elements);
    work.times.forEach((time, i) => {
      advance(lattice, time - (i === 0 ? 0 : work.times[i - 1]), stream);
      projectOccupation(
        lattice.occupation,
        elements,
        fields.subarray(i * elements, (i + 1) * elements),
      );
    });
    return { value: fields, buffers: [fields.buffer as ArrayBuffer] };
  };
}
