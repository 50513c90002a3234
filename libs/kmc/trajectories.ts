/** Long trajectories: the direct simulation that predictions are held against. */
import { configurationSampler } from "./initial_state.ts";
import type { EnsembleOptions } from "./types.ts";
import { checkEnsemble, checkTimes } from "./validate.ts";
import { runTasks } from "./worker_pool.ts";

/** Direct simulation to long times. */
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
 * Realization `r` is the same whatever `R`, the workers, or where a run was interrupted.
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
  const missing = results.flatMap((fields, r) => fields === undefined ? [r] : []);
  let done = realizations - missing.length;
  if (done > 0) options.onProgress?.(done, realizations);
  await runTasks(
    {
      system,
      elements,
      profile,
      initialState,
      realizations,
      seed,
      work: { kind: "trajectory", times },
    },
    missing,
    {
      workers: options.workers ?? 1,
      signal: options.signal,
      onFinished: () => options.onProgress?.(++done, realizations),
      onResult: (index, value) => {
        results[index] = value as Float64Array;
        options.onRealization?.(index, value as Float64Array);
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
    times: [...times],
    elements,
    realizations,
    mean,
    standardError: square.map((s) => Math.sqrt(s / (realizations - 1) / realizations)),
  };
}
