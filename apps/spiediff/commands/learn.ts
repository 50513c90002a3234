import { buildCommand } from "@stricli/core";
import { textParser } from "@spiediff/command-line";
import { overwriteFlag } from "@spiediff/train/flags";
import { executorFlags } from "../executor_flags.ts";
import type { LearnFlags } from "../implementations/learn.ts";
import { runFlags, runFolder } from "../run_flags.ts";
import { precisionFlags } from "./plan.ts";

const { detach: _, ...followedFlags } = executorFlags;

/** `learn RUN --until AIM`: simulates until a named precision is reached, and trains. */
export const learnCommand = buildCommand<LearnFlags, [string]>({
  docs: {
    brief: "Simulate until a named precision is reached or a budget is spent; train a model",
    fullDescription: [
      "A pilot, then rounds of data, each of the profiles that narrow the aim most per core-second, until",
      "the 95 % band is as narrow as asked or the budget is spent; says which, and what the rest would",
      "cost. Then it trains. Every decision stands in RUN/design.json with its reason, every round's",
      "data in RUN/records. The same command goes on where it was cut off, and a narrower aim goes on",
      "from the data that there are (docs/precision.md). Aims are as of `spiediff plan`.",
      "",
      "EXAMPLES",
      '  spiediff learn runs/mine --preset short-strong --until "density 0.05 %"',
      '  spiediff learn runs/mine --until "density 0.02 %" --budget 10min',
      '  spiediff learn runs/fixed --preset lrm --until "D 0.3 %" --design fixed --no-train --json',
    ].join("\n"),
  },
  parameters: {
    positional: runFolder,
    flags: {
      ...runFlags,
      ...precisionFlags,
      ...overwriteFlag,
      budget: {
        kind: "parsed",
        parse: textParser,
        brief: "Most time of simulating on --workers threads, such as 90s, 10min or 2h",
        optional: true,
      },
      train: { kind: "boolean", brief: "Train a model at the end", default: true },
      ...followedFlags,
    },
  },
  loader: async () => (await import("../implementations/learn.ts")).runLearn,
});
