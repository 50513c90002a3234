import { buildCommand } from "@stricli/core";
import { UserError } from "@spiediff/command-line";
import { cancelSlurm, type Job, keptSlurm } from "@spiediff/executor";
import { experimentFlags } from "@spiediff/train";
import { nothingPlanned, plannedJobs } from "../planned_jobs.ts";
import { runFolder } from "../run_experiment.ts";

interface CancelFlags {
  readonly json: boolean;
}

/** `cancel RUN`: takes a run's tasks out of Slurm. */
export const cancelCommand = buildCommand<CancelFlags, [string]>({
  docs: {
    brief: "Cancel a run's tasks in Slurm; finished shards are kept",
    fullDescription: [
      "Cancels the tasks and the merge, and returns when they are gone. `spiediff resume` makes what is",
      "missing then. Work on this machine is stopped by Ctrl-C.",
      "",
      "EXAMPLES",
      "  spiediff cancel runs/big",
      "  spiediff cancel runs/big --json",
    ].join("\n"),
  },
  parameters: { positional: runFolder, flags: { json: experimentFlags.json } },
  async func({ json }, folder) {
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
  },
});
