import type { CommandContext } from "@stricli/core";
import { type Stage, stageRunner, UserError } from "@spiediff/command-line";
import { isMerged, type Job, keptSlurm } from "@spiediff/executor";
import { afterwards, slurmOptions } from "../chosen_executor.ts";
import type { ExecutorFlags } from "../executor_flags.ts";
import { nothingPlanned, plannedJobs } from "../planned_jobs.ts";
import { withExecutor } from "../run_shards.ts";

export interface ResumeFlags extends Omit<ExecutorFlags, "executor" | "shards"> {
  readonly executor?: ExecutorFlags["executor"];
  readonly workers: number;
  readonly json: boolean;
}

/** Does what `resume` asks for. */
export async function runResume(
  this: CommandContext,
  flags: ResumeFlags,
  folder: string,
): Promise<void> {
  const jobs = await plannedJobs(folder);
  if (jobs.length === 0) throw new UserError(nothingPlanned(folder));
  const resumed: string[] = [];
  for (const job of jobs) {
    if (await isMerged(job.folder, job.plan)) continue;
    await resume(job, flags, folder);
    resumed.push(job.plan.work);
  }
  const detached = flags.detach && resumed.length > 0;
  this.process.stdout.write(
    flags.json
      ? JSON.stringify({ run: folder, resumed, detached }) + "\n"
      : resumed.length === 0
      ? `Nothing is missing: ${folder}\n`
      : detached
      ? `Submitted. ${afterwards(folder)}\n`
      : `Merged ${resumed.join(", ")}: ${folder}\n`,
  );
}

async function resume(job: Job, flags: ResumeFlags, folder: string): Promise<void> {
  const kept = await keptSlurm(job.folder);
  const executor = flags.executor ?? (kept === undefined ? "local" : "slurm");
  const asked = executor === "slurm" ? { ...kept?.options, ...slurmOptions(flags) } : {};
  await withExecutor(folder, "resume", { ...flags, ...asked, executor }, (chosen, signal) => {
    const stage: Stage = {
      title: `Go on with ${job.plan.work}`,
      run: (onProgress) => chosen.run(job, { onProgress, signal }),
    };
    return stageRunner({ silent: flags.json })(stage);
  });
}
