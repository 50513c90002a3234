import { buildCommand } from "@stricli/core";
import { textParser } from "@spiediff/command-line";
import { parseRanges, parseShard } from "@spiediff/executor/ranges";
import { experimentFlags, WORKS } from "@spiediff/train/flags";
import { runFlags } from "../run_flags.ts";
import type { ShardFlags } from "../implementations/shard.ts";

const { workers: _, ...ownFlags } = runFlags;

/** `shard K/N RUN`: one shard by hand. */
export const shardCommand = buildCommand<ShardFlags, [{ shard: number; shards: number }, string]>({
  docs: {
    brief: "Make shard K of N, for batch systems of every kind; `merge` puts them together",
    fullDescription: [
      "Writes one file into RUN/shards. It depends on the experiment and on K/N only: where, when and",
      "in which order shards are made changes nothing. A shard that is there already is left alone.",
      "",
      "EXAMPLES",
      "  spiediff shard 3/8 runs/a --preset quick",
      "  seq 8 | parallel spiediff shard {}/8 runs/a --preset quick && spiediff merge runs/a",
      "  spiediff shard $((JOB_COMPLETION_INDEX + 1))/100 /shared/runs/a --experiment my.json",
      "  spiediff shard 1/8 runs/a --work train --seeds 1..8",
    ].join("\n"),
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        { brief: "Shard and number of all, such as 3/8", placeholder: "K/N", parse: parseShard },
        { brief: "Run folder", placeholder: "RUN", parse: textParser },
      ],
    },
    flags: {
      ...ownFlags,
      json: experimentFlags.json,
      work: { kind: "enum", values: WORKS, brief: "What the shard is of", default: "simulate" },
      seeds: {
        kind: "parsed",
        parse: (text: string) => parseRanges(text, "--seeds"),
        brief: "Seeds of --work train, such as 1..8",
        optional: true,
      },
    },
  },
  loader: async () => (await import("../implementations/shard.ts")).runShard,
});
