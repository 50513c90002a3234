/** The pieces of work that an ensemble is cut into; the same code runs in and out of workers. */
import { randomStream } from "@spiediff/random";
import type { RandomStream } from "@spiediff/random";
import { plainAccumulator } from "./accumulator.ts";
import type { Job, MomentsWork, TrajectoryWork } from "./job.ts";
import { type EnsembleMoments, momentBuffers } from "./moments.ts";
import { writeFields } from "./record.ts";
import type { RealizationSource, Simulator } from "./simulator.ts";

/** Result of one task with the buffers it may hand over. */
export interface TaskResult {
  /** Moments of a block, or fields `[realizations of the task, times, M]`. */
  readonly value: EnsembleMoments | Float64Array;
  /** `z` of a block's realizations at `t0` and each `t0 + h`, `[realizations, 1 + windows, M]`. */
  readonly records?: Float64Array;
  readonly buffers: ArrayBuffer[];
}

/** Runs the task `index` of a job. */
export type RunTask = (index: number) => TaskResult;

/** Prepares a job once. */
export async function prepareTasks<Process>(
  job: Job<Process>,
  source: Simulator<Process>["source"],
): Promise<RunTask> {
  const realizations = await source(job.process);
  const { streams: [seed, ...names], prefix } = job.words;
  const streamOf: StreamOf = (word) =>
    randomStream(seed, ...names, prefix === undefined ? word : `${prefix}-${word}`);
  const { work } = job;
  return work.kind === "moments"
    ? blockMoments({ ...job, work }, realizations, streamOf)
    : trajectories({ ...job, work }, realizations, streamOf);
}

type StreamOf = (word: number) => RandomStream;

function blockMoments(
  { elements, realizations, words: { width }, work }: Job<unknown, MomentsWork>,
  source: RealizationSource,
  streamOf: StreamOf,
): RunTask {
  const { horizons, controlVariates, blockSize } = work;
  const run = source.windows(work);
  const createAccumulator = source.accumulator ?? plainAccumulator;
  const accumulator = createAccumulator(elements, horizons.length, controlVariates);
  const rowSize = (1 + horizons.length) * elements;
  return (index) => {
    const from = index * blockSize, end = Math.min(realizations, from + blockSize);
    const records = work.records ? new Float64Array((end - from) * rowSize) : undefined;
    let done = 0;
    for (let r = from; r < end; r += width) {
      run(streamOf(r / width), Math.min(width, end - r), (record) => {
        if (records !== undefined) writeFields(record, records.subarray(done * rowSize));
        done++;
        accumulator.add(record);
      });
    }
    const moments = accumulator.take();
    const buffers = momentBuffers(moments);
    if (records === undefined) return { value: moments, buffers };
    return { value: moments, records, buffers: [...buffers, records.buffer as ArrayBuffer] };
  };
}

function trajectories(
  { realizations, words: { width }, work }: Job<unknown, TrajectoryWork>,
  source: RealizationSource,
  streamOf: StreamOf,
): RunTask {
  const run = source.trajectories(work.times);
  return (word) => {
    const fields = run(streamOf(word), Math.min(width, realizations - word * width));
    return { value: fields, buffers: [fields.buffer as ArrayBuffer] };
  };
}
