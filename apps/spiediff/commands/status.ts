import { buildCommand } from "@stricli/core";
import { experimentFlags } from "@spiediff/train/flags";
import { runFolder } from "../run_flags.ts";
import type { StatusFlags } from "../implementations/status.ts";

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
  loader: async () => (await import("../implementations/status.ts")).runStatus,
});
