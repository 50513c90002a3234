import type { CommandContext } from "@stricli/core";
import { UserError } from "@spiediff/command-line";
import { type Job, packShards } from "@spiediff/executor";
import {
  readRunExperiment,
  SHARD_PATIENCE,
  withRunLock,
  type WorkName,
} from "@spiediff/train/stages";
import { nothingPlanned, plannedJobs } from "../planned_jobs.ts";

export interface MergeFlags {
  readonly work?: WorkName;
  readonly pack?: readonly number[];
  readonly json: boolean;
}

/** Does what `merge` asks for. */
export async function runMerge(
  this: CommandContext,
  { work, pack, json }: MergeFlags,
  folder: string,
): Promise<void> {
  readRunExperiment(folder);
  const works = await withRunLock(folder, "merge", async () => {
    const jobs = await plannedJobs(folder, work);
    if (jobs.length === 0) throw new UserError(nothingPlanned(folder));
    if (pack !== undefined) {
      if (jobs.length > 1) throw new UserError(`${folder} has several works; add --work.`);
      await packRange(jobs[0], pack);
    } else for (const job of jobs) await job.merge();
    return jobs.map(({ plan }) => plan.work);
  }, SHARD_PATIENCE);
  const done = pack === undefined ? "Merged" : "Packed shards of";
  this.process.stdout.write(
    json
      ? JSON.stringify({ run: folder, works, packed: pack ?? null }) + "\n"
      : `${done} ${works.join(", ")}: ${folder}\n`,
  );
}

async function packRange({ folder, plan }: Job, shards: readonly number[]): Promise<void> {
  const from = shards[0], to = shards.at(-1)!;
  if (to - from + 1 !== shards.length || from < 1 || to > plan.shards) {
    throw new UserError(
      `--pack must be one range within 1-${plan.shards}, not ${shards.length} shards from ${from} to ${to}.`,
    );
  }
  await packShards(folder, plan, from, to);
}
