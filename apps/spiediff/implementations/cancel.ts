import type { CommandContext } from "@stricli/core";
import { UserError } from "@spiediff/command-line";
import { cancelSlurm, type Job, keptSlurm } from "@spiediff/executor";
import { nothingPlanned, plannedJobs } from "../planned_jobs.ts";

export interface CancelFlags {
  readonly json: boolean;
}

/** Does what `cancel` asks for. */
export async function runCancel(
  this: CommandContext,
  { json }: CancelFlags,
  folder: string,
): Promise<void> {
  const jobs: Job[] = [];
  for (const job of await plannedJobs(folder)) {
    if (await keptSlurm(job.folder) !== undefined) jobs.push(job);
  }
  if (jobs.length === 0) throw new UserError(nothingPlanned(folder));
  let cancelled = 0;
  for (const job of jobs) cancelled += await cancelSlurm(job);
  this.process.stdout.write(
    json
      ? JSON.stringify({ run: folder, cancelled }) + "\n"
      : `Cancelled ${cancelled} task${cancelled === 1 ? "" : "s"} of ${folder}.\n` +
        `Next: spiediff resume ${folder}\n`,
  );
}
