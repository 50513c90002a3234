/** Long trajectories: the direct simulation that predictions are held against. */
import { openNpyWriter } from "@spiediff/npy";
import { addFields, createAverages, degreesOfFreedom, standardErrors } from "./averages.ts";
import { fingerprintOf, readEntry, replaceEntry } from "./checkpoint.ts";
import { checkInteger, checkTimes } from "./checks.ts";
import type { RunHooks } from "./ensemble.ts";
import type { Job, TrajectoryWork, Words } from "./job.ts";
import type { Simulator } from "./simulator.ts";
import { runTasks } from "./worker_pool.ts";

/** What else may go with a run. */
export interface TrajectoryHooks extends RunHooks {
  /** Realizations done earlier, index to fields `[times, M]`; they are not run again. */
  readonly completed?: ReadonlyMap<number, Float64Array>;
  /**
   * Receives each realization's fields `z` `[times, M]`, in order, for keeping; not those that an earlier run
   * has left in {@link RunHooks.checkpointFile}.
   */
  readonly onRealization?: (index: number, fields: Float64Array) => void;
}

/** Realizations to be followed to long times. */
export interface TrajectoryEnsemble<Process> {
  readonly simulator: Simulator<Process>;
  readonly process: Process;
  readonly elements: number;
  readonly realizations: number;
  readonly words: Words;
  /** Macroscopic times of the records, ascending; 0 is allowed first. */
  readonly times: readonly number[];
}

/** Mean lumped nodal densities over the realizations and their standard errors. */
export interface TrajectoryStatistics {
  readonly times: readonly number[];
  readonly elements: number;
  readonly realizations: number;
  /** `[times, M]`, mean of `z / Delta`. */
  readonly mean: Float64Array;
  /**
   * `[times, M]`, standard error of the mean: from means of words where there are at least 16 of several
   * realizations, which covers what correlation these may have; else from realizations.
   */
  readonly standardError: Float64Array;
  /** That it was estimated with: words or realizations, less one. */
  readonly degreesOfFreedom: number;
}

/**
 * Simulates `R` realizations to the last time and averages `z / Delta` at each time.
 *
 * Memory does not grow with `R`, unless `completed` does. Realization `r` is the same whatever `R`, the
 * workers, or where a run was interrupted.
 *
 * @throws {RangeError} naming the field at fault; the abort signal's reason.
 */
export async function runTrajectories<Process>(
  ensemble: TrajectoryEnsemble<Process>,
  hooks: TrajectoryHooks,
): Promise<TrajectoryStatistics> {
  const { simulator, process, elements, realizations, words, times } = ensemble;
  const { workers = 1, checkpointFile, recordsFile, signal, onProgress } = hooks;
  checkInteger("realizations", realizations, 2);
  checkInteger("workers", workers, 1);
  checkTimes("times", times, -Number.MIN_VALUE);
  checkCompleted(hooks.completed, times.length * elements);
  const work: TrajectoryWork = { kind: "trajectory", times };
  const job: Job<Process, TrajectoryWork> = { process, elements, realizations, words, work };
  const fingerprint = fingerprintOf(job);
  const kept = checkpointFile === undefined ? undefined : readEntry(checkpointFile, fingerprint);
  const records = recordsFile === undefined
    ? null
    : openNpyWriter(recordsFile, [realizations, times.length, elements]);
  const { averages, missing, recall, take } = collector(job, hooks, kept);
  const tasks = Array.from({ length: Math.ceil(realizations / words.width) }, (_, word) => word)
    .filter((word) => missing(word).length > 0);
  let done = realizations - tasks.reduce((sum, word) => sum + missing(word).length, 0);
  if (done > 0) onProgress?.(done, realizations);
  try {
    recall();
    await runTasks(simulator, job, tasks, {
      workers,
      signal,
      onFinished: (word) => onProgress?.(done += missing(word).length, realizations),
      onResult: (word, value) => {
        const fields = value as Float64Array;
        records?.write(word * words.width, fields);
        take(word, fields);
        if (checkpointFile !== undefined) {
          replaceEntry(checkpointFile, fingerprint, averages.count, averages.values);
        }
      },
    });
  } finally {
    records?.close();
  }
  return {
    ...{ times: [...times], elements, realizations },
    mean: averages.mean.slice(),
    standardError: standardErrors(averages),
    degreesOfFreedom: degreesOfFreedom(averages),
  };
}

/** Realizations enter the averages in order, so that the last bit does not depend on who was first. */
function collector(
  { elements, realizations, words: { width }, work }: Job<unknown, TrajectoryWork>,
  { completed, onRealization }: TrajectoryHooks,
  kept: ReturnType<typeof readEntry>,
) {
  const size = work.times.length * elements;
  const averages = createAverages(size, width, kept);
  const first = kept?.index ?? 0;
  /** The realizations of a word that are neither kept nor completed. */
  const missing = (word: number): number[] =>
    Array.from({ length: width }, (_, k) => word * width + k)
      .filter((r) => r < realizations && r >= first && !completed?.has(r));
  /** Takes in realizations that are known already, up to the first that is not. */
  const recall = (): void => {
    for (let fields; (fields = completed?.get(averages.count)) !== undefined;) {
      addFields(averages, fields, elements);
    }
  };
  const take = (word: number, fields: Float64Array): void => {
    for (const r of missing(word)) {
      const from = (r - word * width) * size;
      const own = fields.slice(from, from + size);
      addFields(averages, own, elements);
      onRealization?.(r, own);
      recall();
    }
  };
  return { averages, missing, recall, take };
}

function checkCompleted(
  completed: ReadonlyMap<number, Float64Array> | undefined,
  size: number,
): void {
  completed?.forEach((fields, r) => {
    if (fields.length !== size) {
      throw new RangeError(
        `completed realization ${r} must hold times x elements = ${size} values, not ${fields.length}.`,
      );
    }
  });
}
