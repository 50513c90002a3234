import { buildCommand } from "@stricli/core";
import { parseRanges } from "@spiediff/executor/ranges";
import { experimentFlags, WORKS } from "@spiediff/train/flags";
import { runFolder } from "../run_flags.ts";
import type { MergeFlags } from "../implementations/merge.ts";

/** `merge RUN`: shards to results. */
export const mergeCommand = buildCommand<MergeFlags, [string]>({
  docs: {
    brief: "Merge the shards of a run folder, however they were made",
    fullDescription: [
      "Checks that every shard is there once, whole and of this very work, and writes what one machine",
      "would have written, bit for bit. Says which shards are missing or cannot be used, and why.",
      "Merging again, or twice at once, changes nothing; RUN/shards can be deleted afterwards.",
      "--pack puts neighbouring shards into one file, where there are too many files for one merge.",
      "",
      "EXAMPLES",
      "  spiediff merge runs/a",
      "  spiediff merge runs/a --pack 1-100",
      "  spiediff merge runs/a --work train --json",
    ].join("\n"),
  },
  parameters: {
    positional: runFolder,
    flags: {
      json: experimentFlags.json,
      work: { kind: "enum", values: WORKS, brief: "Which work, if not all", optional: true },
      pack: {
        kind: "parsed",
        parse: (text: string) => parseRanges(text, "--pack"),
        brief: "Only put these neighbouring shards into one file, such as 1-100",
        optional: true,
      },
    },
  },
  loader: async () => (await import("../implementations/merge.ts")).runMerge,
});
