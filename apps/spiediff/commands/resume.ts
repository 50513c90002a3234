import { buildCommand } from "@stricli/core";
import { experimentFlags } from "@spiediff/train/flags";
import { executorFlags, slurmFlags } from "../executor_flags.ts";
import { runFolder } from "../run_flags.ts";
import type { ResumeFlags } from "../implementations/resume.ts";

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
  loader: async () => (await import("../implementations/resume.ts")).runResume,
});
