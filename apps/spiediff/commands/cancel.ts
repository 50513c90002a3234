import { buildCommand } from "@stricli/core";
import { experimentFlags } from "@spiediff/train/flags";
import { runFolder } from "../run_flags.ts";
import type { CancelFlags } from "../implementations/cancel.ts";

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
  loader: async () => (await import("../implementations/cancel.ts")).runCancel,
});
