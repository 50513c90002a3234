/** Short-time ensembles: many realizations of a profile, reduced to moments as they finish. */
import { openNpyWriter } from "@spiediff/npy";
import { fingerprintOf, openCheckpoint } from "./checkpoint.ts";
import { checkDuration, checkInteger, checkTimes } from "./checks.ts";
import type { Job, MomentsWork, Words } from "./job.ts";
import { type EnsembleMoments, packMoments, unpackMoments } from "./moments.ts";
import type { Simulator, Windows } from "./simulator.ts";
import { totalOf } from "./total.ts";
import { runTasks } from "./worker_pool.ts";

/** How an ensemble is run: none of it changes a result. */
export interface RunHooks {
  /** Worker threads; 1 (the default) runs in the calling thread. */
  readonly workers?: number;
  /**
   * File that keeps what is done. A run with the same options takes it up where the last one was killed, and
   * ends with the same bits.
   */
  readonly checkpointFile?: string;
  /** NPY file for the fields `z` of every realization that is run, float64 (docs/formats.md). None when absent. */
  readonly recordsFile?: string;
  /** Called after each block with the number of realizations done and asked for. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops the ensemble between blocks; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What an ensemble is of, whichever code made it. */
export interface EnsembleHead {
  /**
   * `N`, number of lattice sites or particles; `d`, prefactor of the hop rate or a diffusivity of that size (1
   * when absent); the shortest window that is long for particles, macroscopic, where it is not four hop times;
   * the time in which particles forget their momentum, 0 when absent.
   */
  readonly system: {
    readonly sites: number;
    readonly drive?: number;
    readonly shortest?: number;
    readonly momentumRelaxation?: number;
  };
  readonly elements: number;
  readonly profileName: string;
  /** Absent in records of other codes. */
  readonly initialState?: string;
  readonly burnIn: number;
  readonly horizons: readonly number[];
  readonly controlVariates: boolean;
  /** What ran; absent in records of other codes. */
  readonly engine?: string;
  /** How single realizations ran. */
  readonly algorithm?: string;
  readonly realizations: number;
}

/** What an ensemble leaves: moments per block and of all. Depends on options and seed only. */
export interface EnsembleRecord extends EnsembleHead {
  readonly blocks: readonly EnsembleMoments[];
  readonly total: EnsembleMoments;
}

/** An ensemble of short-time realizations. */
export interface EnsembleOptions<Process> extends Windows {
  readonly simulator: Simulator<Process>;
  readonly process: Process;
  /** What the record says of the process and its start. */
  readonly describe: Omit<EnsembleHead, keyof Windows | "elements" | "realizations">;
  /** `M`, number of hat functions. */
  readonly elements: number;
  /** `R`, number of independent realizations, at least 2. */
  readonly realizations: number;
  readonly words: Words;
  /** Blocks to aim at where `blockSize` is absent; 128 when absent. */
  readonly blocks?: number;
  /**
   * Realizations per block, whole words; `R / blocks`, rounded up, when absent. Standard errors come from the
   * blocks, and so cover what correlation realizations of one word may have.
   */
  readonly blockSize?: number;
}

/** An ensemble cut into its blocks. */
export interface EnsemblePlan<Process> {
  readonly simulator: Simulator<Process>;
  readonly job: Job<Process, MomentsWork>;
  /** Number of blocks of realizations: what may be computed apart from the rest. */
  readonly count: number;
  /** All of the record that does not come from blocks. */
  readonly head: EnsembleHead;
}

/** Checks the options and decides the blocks. @throws {RangeError} naming the field at fault. */
export function planEnsemble<Process>(options: EnsembleOptions<Process>): EnsemblePlan<Process> {
  const { simulator, process, describe, elements, realizations, words } = options;
  const { burnIn, controlVariates, blocks = 128 } = options;
  checkInteger("realizations", realizations, 2);
  checkDuration("burnIn", burnIn);
  checkTimes("horizons", options.horizons, 0);
  checkInteger("blocks", blocks, 1);
  const { width } = words;
  const blockSize = options.blockSize ?? width * Math.ceil(realizations / width / blocks);
  checkInteger("blockSize", blockSize, 1);
  if (blockSize % width !== 0) {
    throw new RangeError(
      `blockSize must be a multiple of ${width}, the realizations that one word of this engine holds, not ${blockSize}.`,
    );
  }
  const windows: Windows = { burnIn, horizons: [...options.horizons], controlVariates };
  const work = { kind: "moments", ...windows, blockSize, records: false } as const;
  return {
    simulator,
    job: { process, elements, realizations, words, work },
    count: Math.ceil(realizations / blockSize),
    head: { ...describe, elements, ...windows, realizations },
  };
}

/**
 * Simulates the realizations of a plan.
 *
 * The result is the same, bit for bit, for any number of workers and wherever it was interrupted. Memory does
 * not grow with `R`.
 *
 * @throws {RangeError} naming the field at fault; the abort signal's reason; Error if a file to be resumed
 * belongs to another ensemble.
 */
export async function runEnsemble<Process>(
  { simulator, job: planned, count, head }: EnsemblePlan<Process>,
  hooks: RunHooks,
): Promise<EnsembleRecord> {
  const { workers = 1, checkpointFile, recordsFile, onProgress } = hooks;
  checkInteger("workers", workers, 1);
  // In the job, and so in its fingerprint: blocks that were kept without their fields do not do.
  const job = { ...planned, work: { ...planned.work, records: recordsFile !== undefined } };
  const { elements, realizations, work: { blockSize } } = job;
  const windows = head.horizons.length;
  const checkpoint = checkpointFile === undefined
    ? null
    : openCheckpoint(checkpointFile, fingerprintOf(job));
  const records = recordsFile === undefined
    ? null
    : openNpyWriter(recordsFile, [realizations, 1 + windows, elements]);
  const sizeOf = (index: number) => Math.min(blockSize, realizations - index * blockSize);

  const blocks: EnsembleMoments[] = [];
  let total: EnsembleMoments | undefined;
  const include = (moments: EnsembleMoments) => {
    blocks.push(moments);
    total = totalOf(total, moments);
  };
  /** Takes in the blocks that an earlier run has left, up to the next that is missing. */
  const recall = () => {
    for (let kept; (kept = checkpoint?.entries.get(blocks.length)) !== undefined;) {
      include(unpackMoments(kept, elements, windows));
    }
  };
  const missing = Array.from({ length: count }, (_, index) => index)
    .filter((index) => !checkpoint?.entries.has(index));
  let done = realizations - missing.reduce((sum, index) => sum + sizeOf(index), 0);
  if (done > 0) onProgress?.(done, realizations);
  try {
    recall();
    await runTasks(simulator, job, missing, {
      workers,
      signal: hooks.signal,
      onFinished: (index) => onProgress?.(done += sizeOf(index), realizations),
      onResult: (index, value, fields) => {
        // Records first: a block counts as done only when all of it is on disk.
        if (fields !== undefined) records?.write(index * blockSize, fields);
        const moments = value as EnsembleMoments;
        checkpoint?.append(index, packMoments(moments));
        include(moments);
        recall();
      },
    });
  } finally {
    checkpoint?.close();
    records?.close();
  }
  return { ...head, blocks, total: total! };
}
