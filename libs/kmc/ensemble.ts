/** Short-time ensembles: many realizations of a profile, reduced to moments as they finish. */
import { openNpyWriter } from "@spiediff/npy";
import { fingerprintOf, openCheckpoint } from "./checkpoint.ts";
import { chooseEngine } from "./engine_choice.ts";
import { configurationSampler } from "./initial_state.ts";
import { scalarAlgorithm } from "./lattice.ts";
import { copyMoments, mergeMoments, packMoments, unpackMoments } from "./moments.ts";
import type { EnsembleMoments } from "./moments.ts";
import { REPLICAS } from "./replica_memory.ts";
import type { Job } from "./tasks.ts";
import type { ArrheniusSystem, Engine, EnsembleOptions, InitialState } from "./types.ts";
import { checkDuration, checkEnsemble, checkInteger, checkTimes } from "./validate.ts";
import { runTasks } from "./worker_pool.ts";

/** Short-time sampling of fluctuations. */
export interface SampleOptions extends EnsembleOptions {
  /** `t0`, macroscopic time before the first record; 0 allowed. */
  readonly burnIn: number;
  /** The `h` of `z(t0 + h)`, ascending, positive: all recorded in the same realizations. */
  readonly horizons: readonly number[];
  /** Keep compensators and brackets (about 15 % of the cost); true when absent. */
  readonly controlVariates?: boolean;
  /** Blocks to aim at where `blockSize` is absent; 128 when absent. */
  readonly blocks?: number;
  /**
   * Realizations per block; `R / blocks`, rounded up to whole words of replicas, when absent. Standard errors
   * come from the blocks, and so cover what correlation replicas of one word may have.
   */
  readonly blockSize?: number;
  /**
   * NPY file for the fields `z` of every realization, `[R, 1 + windows, M]` float64: at `t0`, then at each
   * `t0 + h` (docs/formats.md). None when absent.
   */
  readonly recordsFile?: string;
}

/** Least number of words for replicas to be chosen by themselves, and so of blocks. */
const WORDS = 32;

/** What an ensemble leaves: moments per block and of all. Depends on options and seed only. */
export interface EnsembleRecord {
  readonly system: ArrheniusSystem;
  readonly elements: number;
  readonly profileName: string;
  readonly initialState: InitialState;
  readonly burnIn: number;
  readonly horizons: readonly number[];
  readonly controlVariates: boolean;
  /** What ran; absent in records of other codes. */
  readonly engine?: Engine;
  /** How single realizations ran: `"window-counts"`, `"pair-energies"` or in words of replicas. */
  readonly algorithm?: string;
  readonly realizations: number;
  readonly blocks: readonly EnsembleMoments[];
  readonly total: EnsembleMoments;
}

/** An ensemble cut into its blocks. */
export interface EnsemblePlan {
  readonly job: Job;
  /** Number of blocks of realizations: what may be computed apart from the rest. */
  readonly count: number;
  readonly blockSize: number;
  /** All of the record that does not come from blocks. */
  readonly head: Omit<EnsembleRecord, "blocks" | "total">;
}

/** Checks the options and decides engine and blocks. @throws {RangeError} naming the field at fault. */
export function planEnsemble(options: SampleOptions): EnsemblePlan {
  checkEnsemble(options);
  checkDuration("burnIn", options.burnIn);
  checkTimes("horizons", options.horizons, 0);
  const { system, elements, profile, initialState, realizations, seed, burnIn } = options;
  configurationSampler(initialState, system, profile);
  const controlVariates = options.controlVariates ?? true;
  // Blocks hold whole words: enough words for honest errors, or none.
  const engine = chooseEngine(options.engine ?? "auto", system, realizations, WORDS);
  const width = engine === "scalar" ? 1 : REPLICAS[engine];
  const blocks = options.blocks ?? 128;
  checkInteger("blocks", blocks, 1);
  const blockSize = options.blockSize ?? width * Math.ceil(realizations / width / blocks);
  checkInteger("blockSize", blockSize, 1);
  if (blockSize % width !== 0) {
    throw new RangeError(
      `blockSize must be a multiple of ${width}, the replicas in a word of engine "${engine}", not ${blockSize}.`,
    );
  }
  const horizons = [...options.horizons];
  const records = options.recordsFile !== undefined;
  const work = {
    kind: "moments",
    ...{ engine, burnIn, horizons, controlVariates, blockSize, records },
  } as const;
  return {
    job: { system, elements, profile, initialState, realizations, seed, work },
    count: Math.ceil(realizations / blockSize),
    blockSize,
    head: {
      system,
      elements,
      profileName: profile.name,
      initialState,
      burnIn,
      horizons,
      controlVariates,
      engine,
      algorithm: algorithmName(engine, system, controlVariates),
      realizations,
    },
  };
}

/**
 * Simulates `R` realizations of a profile.
 *
 * The result is the same, bit for bit, for any number of workers and wherever it was interrupted. Memory does
 * not grow with `R`.
 *
 * @throws {RangeError} naming the field at fault; the abort signal's reason; Error if a file to be resumed
 * belongs to another ensemble.
 */
export async function sampleEnsemble(options: SampleOptions): Promise<EnsembleRecord> {
  const { job, count, blockSize, head } = planEnsemble(options);
  const { elements, realizations } = options;
  const windows = options.horizons.length;
  const { checkpointFile, recordsFile } = options;
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
    if (total === undefined) total = copyMoments(moments);
    else mergeMoments(total, moments);
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
  if (done > 0) options.onProgress?.(done, realizations);
  try {
    recall();
    await runTasks(job, missing, {
      workers: options.workers ?? 1,
      signal: options.signal,
      onFinished: (index) => options.onProgress?.(done += sizeOf(index), realizations),
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

function algorithmName(engine: Engine, system: ArrheniusSystem, controlVariates: boolean): string {
  const scalar = scalarAlgorithm(system);
  if (engine === "scalar") return scalar;
  const word = engine === "bits" ? "bit-sliced replicas" : "byte-lane replicas";
  return controlVariates ? `${word}, then ${scalar} from t0 on` : word;
}
