import { buildCommand } from "@stricli/core";
import { experimentFlags } from "@spiediff/train";
import { plannedJobs } from "../planned_jobs.ts";
import { runFolder } from "../run_experiment.ts";
import { runState, runStateText } from "../run_state.ts";
import { type JobStatus, statusOf, statusText } from "../job_status.ts";

interface StatusFlags {
  readonly check: boolean;
  readonly json: boolean;
}

/** `status RUN`: how far work in shards is. */
export const statusCommand = buildCommand<StatusFlags, [string]>({
  docs: {
    brief: "Say how far the work of a run folder is, and whether its results fit its data",
    fullDescription: [
      "Counts shard files and asks Slurm's queue, no accounting; says which of the folder's estimates,",
      "model and report are current and which are older than what they were made from. Disturbs nothing.",
      "",
      "EXAMPLES",
      "  spiediff status runs/big",
      "  spiediff status runs/big --check",
      "  spiediff status runs/big --json",
    ].join("\n"),
  },
  parameters: {
    positional: runFolder,
    flags: {
      json: experimentFlags.json,
      check: { kind: "boolean", brief: "Read every byte of every shard", default: false },
    },
  },
  async func({ check, json }, folder) {
    const works: JobStatus[] = [];
    for (const job of await plannedJobs(folder)) works.push(await statusOf(job, check));
    const state = await runState(folder);
    this.process.stdout.write(
      json
        ? JSON.stringify({ run: folder, works, state }) + "\n"
        : (works.length === 0
          ? `${folder} has no work in shards.\n`
          : works.map(statusText).join("")) +
          (state === null ? "" : `Results: ${runStateText(state)}.\n`),
    );
  },
});
