/** Long trajectories: the direct simulation that predictions are held against. */
import { openNpyWriter } from "@spiediff/npy";
import { configurationSampler } from "./initial_state.ts";
import { addFields, createAverages, standardErrors } from "./averages.ts";
import { fingerprintOf, readEntry, replaceEntry } from "./checkpoint.ts";
import { chooseEngine } from "./engine_choice.ts";
import { REPLICAS } from "./replica_memory.ts";
import type { Job } from "./tasks.ts";
import type { Engine, EnsembleOptions } from "./types.ts";
import { checkEnsemble, checkTimes } from "./validate.ts";
import { runTasks } from "./worker_pool.ts";

/** Direct simulation to long times. By itself it takes lanes from 8 realizations on, bits from 128. */
export interface TrajectoryOptions extends EnsembleOptions {
  /** Macroscopic times of the records, ascending; 0 is allowed first. */
  readonly times: readonly number[];
  /** Realizations done earlier, index to fields `[times, M]`; they are not run again. */
  readonly completed?: ReadonlyMap<number, Float64Array>;
  /**
   * NPY file for the fields `z` of every realization that is run, `[R, times, M]` float64 (docs/formats.md).
   * None when absent.
   */
  readonly recordsFile?: string;
  /**
   * Receives each realization's fields `z` `[times, M]`, in order, for keeping; not those that an earlier run
   * has left in {@link EnsembleOptions.checkpointFile}.
   */
  readonly onRealization?: (index: number, fields: Float64Array) => void;
}

/** Mean lumped nodal densities over the realizations and their standard errors. */
export interface TrajectoryStatistics {
  /** Which engine ran. */
  readonly engine: Engine;
  readonly times: readonly number[];
  readonly elements: number;
  readonly realizations: number;
  /** `[times, M]`, mean of `z / Delta`. */
  readonly mean: Float64Array;
  /**
   * `[times, M]`, standard error of the mean: from means of words where there are at least 16 words of
   * replicas, which covers what correlation replicas of one word may have; else from realizations.
   */
  readonly standardError: Float64Array;
}

/**
 * Simulates `R` realizations to the last time and averages `z / Delta` at each time.
 *
 * Memory does not grow with `R`, unless `completed` does. With one engine, realization `r` is the same whatever `R`, the workers, or where a run was
 * interrupted. Realizations of one word share the attempted bonds: see `replicas.ts` for why errors may
 * treat them as independent.
 *
 * @throws {RangeError} naming the field at fault; the abort signal's reason.
 */
export async function simulateTrajectories(
  options: TrajectoryOptions,
): Promise<TrajectoryStatistics> {
  checkEnsemble(options);
  checkTimes("times", options.times, -Number.MIN_VALUE);
  const { system, elements, profile, initialState, realizations, seed, times } = options;
  configurationSampler(initialState, system, profile);
  // Half a word of lanes pays already; bits only where there are as many words of lanes as workers.
  const engine = chooseEngine(options.engine ?? "auto", system, 2 * realizations, 1);
  const size = times.length * elements;
  options.completed?.forEach((fields, r) => {
    if (fields.length !== size) {
      throw new RangeError(
        `completed realization ${r} must hold times x elements = ${size} values, not ${fields.length}.`,
      );
    }
  });
  const job: Job = {
    system,
    elements,
    profile,
    initialState,
    realizations,
    seed,
    work: { kind: "trajectory", engine, times },
  };
  const perTask = engine === "scalar" ? 1 : REPLICAS[engine];
  const { checkpointFile, recordsFile } = options;
  const fingerprint = fingerprintOf(job);
  const kept = checkpointFile === undefined ? undefined : readEntry(checkpointFile, fingerprint);
  const records = recordsFile === undefined
    ? null
    : openNpyWriter(recordsFile, [realizations, times.length, elements]);

  // Realizations enter the averages in order, so that the last bit does not depend on who was first.
  const averages = createAverages(size, perTask, kept);
  const enter = (fields: Float64Array) => addFields(averages, fields, elements);
  /** Takes in realizations that are known already, up to the first that is not. */
  const recall = () => {
    for (let fields; (fields = options.completed?.get(averages.count)) !== undefined;) {
      enter(fields);
    }
  };
  const isMissing = (r: number) => r >= (kept?.index ?? 0) && !options.completed?.has(r);
  const missing = (task: number) =>
    Array.from({ length: perTask }, (_, k) => task * perTask + k)
      .filter((r) => r < realizations && isMissing(r));
  const tasks = Array.from({ length: Math.ceil(realizations / perTask) }, (_, task) => task)
    .filter((task) => missing(task).length > 0);
  let done = realizations - tasks.reduce((sum, task) => sum + missing(task).length, 0);
  if (done > 0) options.onProgress?.(done, realizations);
  try {
    recall();
    await runTasks(job, tasks, {
      workers: options.workers ?? 1,
      signal: options.signal,
      onFinished: (task) => options.onProgress?.(done += missing(task).length, realizations),
      onResult: (task, value) => {
        const fields = value as Float64Array;
        records?.write(task * perTask, fields);
        for (const r of missing(task)) {
          const from = (r - task * perTask) * size;
          const own = fields.slice(from, from + size);
          enter(own);
          options.onRealization?.(r, own);
          recall();
        }
        if (checkpointFile !== undefined) {
          replaceEntry(checkpointFile, fingerprint, averages.count, averages.values);
        }
      },
    });
  } finally {
    records?.close();
  }
  return {
    engine,
    times: [...times],
    elements,
    realizations,
    mean: averages.mean.slice(),
    standardError: standardErrors(averages),
  };
}
