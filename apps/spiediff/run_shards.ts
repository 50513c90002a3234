import process from "node:process";
import { Interruption, type Stage, stageRunner, type StageSeconds } from "@spiediff/command-line";
import type { Experiment, FieldsExperiment } from "@spiediff/experiment";
import type { Executor, SlurmExecutor } from "@spiediff/executor";
import {
  runClock,
  SHARD_PATIENCE,
  type ShardedOptions,
  takeRunLock,
  withRunLock,
} from "@spiediff/train/stages";
import { afterwards, executorOf } from "./chosen_executor.ts";
import type { ExecutorFlags } from "./executor_flags.ts";

/** How a command ran a stage in shards. */
export interface ShardsRun {
  readonly seconds: StageSeconds;
  /** The work was handed over, and is not done yet. */
  readonly detached: boolean;
}

/** What of a command's flags decides where its work is done. */
export type WorkFlags = ExecutorFlags & { readonly workers: number; readonly json: boolean };

/**
 * Runs a stage by the executor that the flags name, as {@link withExecutor} does.
 *
 * @param before What is done first, under the lock.
 */
export async function runShards(
  experiment: Experiment | FieldsExperiment,
  folder: string,
  command: string,
  flags: WorkFlags,
  stage: (options: ShardedOptions) => Stage,
  before: () => Promise<void> = () => Promise.resolve(),
): Promise<ShardsRun> {
  const { shards, json } = flags;
  const keepShards = flags.executor === "slurm";
  const seconds = await withExecutor(folder, command, flags, async (executor, signal) => {
    await before();
    const runStage = stageRunner({ silent: json, clock: await runClock(folder, experiment) });
    await runStage(stage({ executor, shards, keepShards, signal }));
    return runStage.seconds;
  });
  return { seconds, detached: keepShards && flags.detach };
}

/**
 * Does work by the executor that the flags name, under the run folder's lock. While Slurm works the folder is
 * free, so that `cancel`, `resume` and shards by hand reach it; planning, submitting and merging hold the lock.
 *
 * @throws {UserError} if a flag does not fit, or another command works in the folder.
 * @throws {Interruption} after Ctrl-C, which leaves the tasks to Slurm.
 */
export async function withExecutor<T>(
  folder: string,
  command: string,
  flags: WorkFlags,
  work: (executor: Executor, signal?: AbortSignal) => Promise<T>,
): Promise<T> {
  const executor = executorOf(flags, flags.workers);
  if (!("submit" in executor)) {
    return await withRunLock(folder, command, () => work(executor), SHARD_PATIENCE);
  }
  const release = await takeRunLock(folder, command, SHARD_PATIENCE);
  const again = (merge: () => Promise<void>) => withRunLock(folder, command, merge, SHARD_PATIENCE);
  try {
    const unlocking = whileSlurmWorks(executor, flags.detach, release, again);
    return await leavingOnInterrupt(folder, (signal) => work(unlocking, signal));
  } finally {
    release();
  }
}

/** Submits, gives the lock back, and follows unless it is to return at once. */
const whileSlurmWorks = (
  { submit, follow }: SlurmExecutor,
  detach: boolean,
  release: () => void,
  again: (merge: () => Promise<void>) => Promise<void>,
): Executor => ({
  async run(job, hooks) {
    await submit(job);
    release();
    if (!detach) await follow({ ...job, merge: () => again(job.merge) }, hooks);
  },
});

/**
 * Runs something that Ctrl-C leaves: the tasks are Slurm's and go on.
 *
 * @throws {Interruption} after Ctrl-C.
 */
async function leavingOnInterrupt<T>(
  folder: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const leave = () =>
    controller.abort(new Interruption(`Slurm goes on with the work. ${afterwards(folder)}`));
  process.once("SIGINT", leave);
  try {
    return await work(controller.signal);
  } finally {
    process.removeListener("SIGINT", leave);
  }
}
