/** Long trajectories: the direct simulation that predictions are held against. */
import { configurationSampler } from "./initial_state.ts";
import { chooseEngine } from "./engine_choice.ts";
import { REPLICAS } from "./replicas.ts";
import type { Engine, EnsembleOptions } from "./types.ts";
import { checkEnsemble, checkTimes } from "./validate.ts";
import { runTasks } from "./worker_pool.ts";

/** Direct simulation to long times. By itself it takes lanes from 8 realizations on, bits from 128. */
export interface TrajectoryOptions extends EnsembleOptions {
  /** Macroscopic times of the records, ascending; 0 is allowed first. */
  readonly times: readonly number[];
  /** Realizations done earlier, index to fields `[times, M]`; they are not run again. */
  readonly completed?: ReadonlyMap<number, Float64Array>;
  /** Receives each realization's fields `z` `[times, M]`, in order, for keeping. */
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
  /** `[times, M]`, standard error of the mean. */
  readonly standardError: Float64Array;
}

/**
 * Simulates `R` realizations to the last time and averages `z / Delta` at each time.
 *
 * With one engine, realization `r` is the same whatever `R`, the workers, or where a run was
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
  const results: (Float64Array | undefined)[] = Array.from(
    { length: realizations },
    (_, r) => options.completed?.get(r),
  );
  results.forEach((fields, r) => {
    if (fields !== undefined && fields.length !== size) {
      throw new RangeError(
        `completed realization ${r} must hold times x elements = ${size} values, not ${fields.length}.`,
      );
    }
  });
  const perTask = engine === "scalar" ? 1 : REPLICAS[engine];
  const missing = (task: number) =>
    Array.from({ length: perTask }, (_, r) => task * perTask + r)
      .filter((r) => r < realizations && results[r] === undefined);
  const tasks = Array.from({ length: Math.ceil(realizations / perTask) }, (_, task) => task)
    .filter((task) => missing(task).length > 0);
  let done = results.filter((fields) => fields !== undefined).length;
  if (done > 0) options.onProgress?.(done, realizations);
  await runTasks(
    {
      system,
      elements,
      profile,
      initialState,
      realizations,
      seed,
      work: { kind: "trajectory", engine, times },
    },
    tasks,
    {
      workers: options.workers ?? 1,
      signal: options.signal,
      onFinished: (task) => options.onProgress?.(done += missing(task).length, realizations),
      onResult: (task, value) => {
        for (const r of missing(task)) {
          const from = (r - task * perTask) * size;
          results[r] = (value as Float64Array).slice(from, from + size);
          options.onRealization?.(r, results[r]!);
        }
      },
    },
  );
  const mean = new Float64Array(size);
  const square = new Float64Array(size);
  results.forEach((fields, r) => {
    for (let i = 0; i < size; i++) {
      const rho = fields![i] * elements;
      const delta = rho - mean[i];
      mean[i] += delta / (r + 1);
      square[i] += delta * (rho - mean[i]);
    }
  });
  return {
    engine,
    times: [...times],
    elements,
    realizations,
    mean,
    standardError: square.map((s) => Math.sqrt(s / (realizations - 1) / realizations)),
  };
}
