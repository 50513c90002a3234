/** What an ensemble asks of the particles: realizations out of random streams, here or in a worker thread. */
import type { RandomStream } from "@spiediff/random";
import type { CreateAccumulator } from "./accumulator.ts";
import type { RealizationRecord } from "./record.ts";

/** The windows that short-time realizations are recorded in. */
export interface Windows {
  /** `t0`, macroscopic time before the first record; 0 allowed. */
  readonly burnIn: number;
  /** The `h` of `z(t0 + h)`, ascending, positive: all recorded in the same realizations. */
  readonly horizons: readonly number[];
  /** Whether compensators and brackets are recorded. */
  readonly controlVariates: boolean;
}

/** Runs one realization from its own stream; the record is overwritten by the next call. */
export type RunRealization = (stream: RandomStream) => RealizationRecord;

/** Runs a word of realizations and hands out the `used` first of them; a record may be overwritten by the next. */
export type RunWindows = (
  stream: RandomStream,
  used: number,
  use: (record: RealizationRecord) => void,
) => void;

/** Runs a word of realizations; fields `z` of the `used` first of them, `[used, times, M]`. */
export type RunTrajectories = (stream: RandomStream, used: number) => Float64Array;

/**
 * Realizations of one process and start. They come in words, which are simulated together from one random
 * stream; a word of one realization is the usual case.
 */
export interface RealizationSource {
  /** Prepares the arrays for runs of windows after `t0`. */
  windows(windows: Windows): RunWindows;
  /** Prepares the arrays for runs that are recorded at several macroscopic times, ascending. */
  trajectories(times: readonly number[]): RunTrajectories;
  /** What adds records to moments, with the bits of {@link plainAccumulator}, which does it when absent. */
  readonly accumulator?: CreateAccumulator;
}

/** How to come by realizations of processes that are described by a `Process`, which can be cloned to threads. */
export interface Simulator<Process> {
  source(process: Process): RealizationSource | Promise<RealizationSource>;
  /** Module for worker threads: calls {@link answerTasks} with the same `source`. */
  readonly worker: URL;
  /**
   * Whether processes run foreign code: never in the calling thread, and in threads without access to files,
   * network or environment.
   */
  readonly isolated?: boolean;
}
