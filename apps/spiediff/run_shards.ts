import { type Stage, stageRunner, type StageSeconds } from "@spiediff/command-line";
import type { Experiment } from "@spiediff/experiment";
import { runClock, type ShardedOptions, withRunLock } from "@spiediff/train";
import { type ExecutorFlags, executorOf, leavingOnInterrupt } from "./executor_flags.ts";

/** How a command ran a stage in shards. */
export interface ShardsRun {
  readonly seconds: StageSeconds;
  /** The work was handed over, and is not done yet. */
  readonly detached: boolean;
}

/**
 * Runs a stage by the executor that the flags name. On this machine it holds the run folder's lock; shards of
 * a cluster are files of their own, and merging them twice at once is safe.
 *
 * @param before What is done first, under the lock.
 */
export async function runShards(
  experiment: Experiment,
  folder: string,
  command: string,
  flags: ExecutorFlags & { readonly workers: number; readonly json: boolean },
  stage: (options: ShardedOptions) => Stage,
  before: () => Promise<void> = () => Promise.resolve(),
): Promise<ShardsRun> {
  const executor = executorOf(flags, flags.workers);
  const isSlurm = flags.executor === "slurm";
  const run = async (signal?: AbortSignal) => {
    const runStage = stageRunner({ silent: flags.json, clock: await runClock(folder, experiment) });
    await runStage(stage({ executor, shards: flags.shards, keepShards: isSlurm, signal }));
    return runStage.seconds;
  };
  const seconds = isSlurm
    ? await before().then(() => leavingOnInterrupt(folder, run))
    : await withRunLock(folder, command, () => before().then(() => run()));
  return { seconds, detached: isSlurm && flags.detach };
}
