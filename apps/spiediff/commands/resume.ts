import { buildCommand } from "@stricli/core";
import { type Stage, stageRunner, UserError } from "@spiediff/command-line";
import { isMerged, type Job, keptSlurm } from "@spiediff/executor";
import { experimentFlags } from "@spiediff/train";
import {
  afterwards,
  type ExecutorFlags,
  executorFlags,
  slurmFlags,
  slurmOptions,
} from "../executor_flags.ts";
import { nothingPlanned, plannedJobs } from "../planned_jobs.ts";
import { runFolder } from "../run_experiment.ts";
import { withExecutor } from "../run_shards.ts";

interface ResumeFlags extends Omit<ExecutorFlags, "executor" | "shards"> {
  readonly executor?: ExecutorFlags["executor"];
  readonly workers: number;
  readonly json: boolean;
}

/** `resume RUN`: whatever of the work in shards is missing. */
export const resumeCommand = buildCommand<ResumeFlags, [string]>({
  docs: {
    brief: "Make what is missing of work in shards, and merge",
    fullDescription: [
      "Reads every shard, makes anew what is missing, cut short or of another configuration, where the",
      "work was done before: on Slurm or here. Shards that Slurm has queued or running are left to it.",
      "The flags change what is asked of Slurm from now on, for tasks that ran out of time or memory.",
      "",
      "EXAMPLES",
      "  spiediff resume runs/big",
      "  spiediff resume runs/big --memory 4G --time 2:00:00",
      "  spiediff resume runs/big --executor local --workers 2",
    ].join("\n"),
  },
  parameters: {
    positional: runFolder,
    flags: {
      workers: experimentFlags.workers,
      json: experimentFlags.json,
      executor: {
        kind: "enum",
        values: executorFlags.executor.values,
        brief: "Where to go on; where the work was before when absent",
        optional: true,
      },
      ...slurmFlags,
    },
  },
  async func(flags, folder) {
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
  },
});

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
