import { buildCommand } from "@stricli/core";
import { parseRanges } from "@spiediff/executor/ranges";
import { experimentFlags } from "@spiediff/train/flags";
import { executorFlags } from "../executor_flags.ts";
import { runFolder } from "../run_flags.ts";
import type { TrainFlags } from "../implementations/train.ts";

/** `train RUN`: estimates to a model folder. */
export const trainCommand = buildCommand<TrainFlags, [string]>({
  docs: {
    brief: "Train the diffusion models and epinets from a run folder's estimates",
    fullDescription: [
      "Reads RUN/estimates and writes RUN/model, which `spiediff predict` and any ONNX runtime can",
      "use. A training that was cut off goes on from its last checkpoint, to the same bits. Watch it",
      "by `spiediff watch RUN` from another terminal.",
      "",
      "With --seeds the same estimates are trained on once for every seed, here or on a cluster; each",
      "seed becomes a run folder of its own, RUN/seeds/SEED, with a model that predicts and reports.",
      "",
      "EXAMPLES",
      "  spiediff train runs/first",
      "  spiediff train runs/first --json",
      "  spiediff train runs/first --seeds 1..8 --executor slurm --time 30",
    ].join("\n"),
  },
  parameters: {
    positional: runFolder,
    flags: {
      workers: experimentFlags.workers,
      json: experimentFlags.json,
      seeds: {
        kind: "parsed",
        parse: (text: string) => parseRanges(text, "--seeds"),
        brief: "Seeds to train, such as 1..8 or 1,5; each on the same estimates",
        optional: true,
      },
      ...executorFlags,
    },
  },
  loader: async () => (await import("../implementations/train.ts")).runTrain,
});
