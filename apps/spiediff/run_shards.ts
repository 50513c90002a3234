import { runStages, type Stage, type StageSeconds } from "@spiediff/command-line";
import type { ShardedOptions } from "@spiediff/train";
import { type ExecutorFlags, executorOf, leavingOnInterrupt } from "./executor_flags.ts";

/** How a command ran a stage in shards. */
export interface ShardsRun {
  readonly seconds: StageSeconds;
  /** The work was handed over, and is not done yet. */
  readonly detached: boolean;
}

/** Runs a stage by the executor that the flags name. */
export async function runShards(
  folder: string,
  flags: ExecutorFlags & { readonly workers: number; readonly json: boolean },
  stage: (options: ShardedOptions) => Stage,
): Promise<ShardsRun> {
  const executor = executorOf(flags, flags.workers);
  const isSlurm = flags.executor === "slurm";
  const run = (signal?: AbortSignal) =>
    runStages([stage({ executor, shards: flags.shards, keepShards: isSlurm, signal })], {
      silent: flags.json,
    });
  const seconds = isSlurm ? await leavingOnInterrupt(folder, run) : await run();
  return { seconds, detached: isSlurm && flags.detach };
}
