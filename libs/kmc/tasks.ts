/** The pieces of work that an ensemble is cut into; the same code runs in and out of workers. */
import { projectOccupation } from "@spiediff/mesh";
import { randomStream } from "@spiediff/random";
import type { RandomStream } from "@spiediff/random";
import { advance } from "./advance.ts";
import { configurationSampler } from "./initial_state.ts";
import { createLattice, loadOccupation } from "./lattice.ts";
import { addRecord, createMoments, martingalesAreCurrents, momentBuffers } from "./moments.ts";
import type { EnsembleMoments } from "./moments.ts";
import { type RealizationRecord, realizationRunner } from "./realization.ts";
import { REPLICAS } from "./replica_memory.ts";
import type {
  ArrheniusSystem,
  ConfigurationSampler,
  Engine,
  InitialState,
  LatticeProfile,
} from "./types.ts";
import { wordRunner, wordTrajectories } from "./word_records.ts";

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

/** Blocks of realizations (of whole words, but for the last) reduced to their moments. */
export interface MomentsWork {
  readonly kind: "moments";
  readonly engine: Engine;
  readonly burnIn: number;
  readonly horizons: readonly number[];
  readonly controlVariates: boolean;
  readonly blockSize: number;
  /** Whether tasks hand over every realization's fields besides. */
  readonly records: boolean;
}

/** Realizations recorded at several times: one a task, or a word of them. */
export interface TrajectoryWork {
  readonly kind: "trajectory";
  readonly engine: Engine;
  readonly times: readonly number[];
}

/** Result of one task with the buffers it may hand over. */
export interface TaskResult {
  /** Moments of a block, or fields `[realizations of the task, times, M]`. */
  readonly value: EnsembleMoments | Float64Array;
  /** `z` of a block's realizations at `t0` and each `t0 + h`, `[realizations, 1 + windows, M]`. */
  readonly records?: Float64Array;
  readonly buffers: ArrayBuffer[];
}

/** Prepares a job once and returns the function that runs its task `index`. */
export function prepareTasks(job: Job): (index: number) => TaskResult {
  const sample = configurationSampler(job.initialState, job.system, job.profile);
  const streamOf: StreamOf = (realization) =>
    randomStream(job.seed, "kmc", job.profile.name, realization);
  const { work } = job;
  return work.kind === "moments"
    ? blockMoments(job, work, sample, streamOf)
    : work.engine === "scalar"
    ? scalarTrajectories(job, work, sample, streamOf)
    : replicaTrajectories(job, work, work.engine, streamOf);
}

type StreamOf = (realization: number | string) => RandomStream;

function blockMoments(
  job: Job,
  work: MomentsWork,
  sample: ConfigurationSampler,
  streamOf: StreamOf,
): (index: number) => TaskResult {
  const { system, elements } = job;
  const { burnIn, horizons, blockSize, engine, controlVariates } = work;
  const rowSize = (1 + horizons.length) * elements;
  let records: Float64Array | undefined;
  const add = (moments: EnsembleMoments, record: RealizationRecord) => {
    if (records !== undefined) writeFields(record, records.subarray(moments.count * rowSize));
    addRecord(moments, record, controlVariates);
  };
  /** Adds the realizations `from .. end - 1`. */
  let fill: (moments: EnsembleMoments, from: number, end: number) => void;
  if (engine === "scalar") {
    const run = realizationRunner(system, elements, sample, burnIn, horizons, controlVariates);
    fill = (moments, from, end) => {
      for (let r = from; r < end; r++) add(moments, run(streamOf(r)));
    };
  } else {
    const width = REPLICAS[engine];
    const run = wordRunner(
      system,
      engine,
      elements,
      wordSampler(job),
      burnIn,
      horizons,
      controlVariates,
    );
    fill = (moments, from, end) => {
      for (let r = from; r < end; r += width) {
        run(streamOf(`${engine}-${r / width}`), Math.min(width, end - r), (_, record) => {
          add(moments, record);
        });
      }
    };
  }
  return (index) => {
    const moments = createMoments(elements, horizons.length);
    const from = index * blockSize, end = Math.min(job.realizations, from + blockSize);
    if (work.records) records = new Float64Array((end - from) * rowSize);
    fill(moments, from, end);
    if (!controlVariates) martingalesAreCurrents(moments);
    const buffers = momentBuffers(moments);
    if (records === undefined) return { value: moments, buffers };
    return { value: moments, records, buffers: [...buffers, records.buffer as ArrayBuffer] };
  };
}

/** `z` at `t0`, then at each `t0 + h`: `z_i + Q_{i-1} - Q_i`. */
function writeFields({ start, windows }: RealizationRecord, out: Float64Array): void {
  const elements = start.length;
  out.set(start);
  windows.forEach(({ current }, w) => {
    for (let i = 0; i < elements; i++) {
      const before = current[i === 0 ? elements - 1 : i - 1];
      out[(1 + w) * elements + i] = start[i] + before - current[i];
    }
  });
}

const wordSampler = ({ initialState, system, profile }: Job) =>
  configurationSampler(initialState, system, profile, "words");

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

/** Word `w` holds the realizations `width w .. width (w + 1) - 1`. */
function replicaTrajectories(
  job: Job,
  { times }: TrajectoryWork,
  engine: Exclude<Engine, "scalar">,
  streamOf: StreamOf,
): (index: number) => TaskResult {
  const width = REPLICAS[engine];
  const run = wordTrajectories(job.system, engine, job.elements, wordSampler(job), times);
  return (word) => {
    const used = Math.min(width, job.realizations - word * width);
    const fields = run(streamOf(`${engine}-${word}`), used);
    return { value: fields, buffers: [fields.buffer as ArrayBuffer] };
  };
}
