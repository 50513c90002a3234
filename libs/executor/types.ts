/** Work that outgrows one machine, cut into shards. Nothing here knows what the work is about. */

/** All that names a shard besides its number. Two shards of equal names have equal bits. */
export interface Plan {
  /** What is done, such as `"simulate"`; a plain word. */
  readonly work: string;
  /** SHA-256 of everything that decides the numbers, 64 hexadecimal digits. */
  readonly config: string;
  /** The code that computes, with version and commit. Shards of two codes are never mixed. */
  readonly code: string;
  /** Number of shards, from 1 on. */
  readonly shards: number;
}

/**
 * One shard: a pure function of `(argument, shard)`.
 *
 * @param argument The configuration, as JSON holds it.
 * @param shard 1 to `shards`.
 * @param scratch A path of its own for what a long shard keeps to go on after a kill; removed when it is
 * done. Must not change the bits.
 */
export type ComputeShard = (
  argument: unknown,
  shard: number,
  shards: number,
  scratch: string,
) => Promise<Uint8Array>;

/** A plan with all that an executor needs to carry it out. */
export interface Job {
  readonly plan: Plan;
  /** Folder of the plan, its shards and its logs; absolute. */
  readonly folder: string;
  readonly argument: unknown;
  /** URL of a module that exports `computeShard`, a {@link ComputeShard}. */
  readonly module: string;
  /** Needs a process for each shard: it loads what cannot be loaded twice. Threads otherwise. */
  readonly ownProcess: boolean;
  /** Program and arguments that make the shard whose number is added as the last one. */
  readonly shardCommand: readonly string[];
  /** Program and arguments that merge. */
  readonly mergeCommand: readonly string[];
  /** Merges, all in order: see `mergeShards`. Doing it twice, or twice at once, changes nothing. */
  readonly merge: () => Promise<void>;
}

/** What of a job is done, for displays. */
export type JobProgress = (done: number, total: number, note: string) => void;

/** How an executor is watched and stopped. */
export interface RunHooks {
  readonly onProgress?: JobProgress;
  readonly signal?: AbortSignal;
}

/** Somewhere to compute. */
export interface Executor {
  /**
   * Makes the shards that are missing, and merges. What is computed does not depend on the executor, on the
   * order in which shards finish, nor on how often the work was interrupted.
   *
   * @throws {ShardError} saying which shards are missing and why; the signal's reason.
   */
  run(job: Job, hooks?: RunHooks): Promise<void>;
}

/** What is wrong with shards: one sentence with numbers, files and reasons. */
export class ShardError extends Error {
  override readonly name = "ShardError";
}
