import { join } from "node:path";
import { buildCommand } from "@stricli/core";
import { stageRunner, UserError } from "@spiediff/command-line";
import { parseRanges } from "@spiediff/executor";
import {
  experimentFlags,
  readEstimates,
  readRunExperiment,
  RUN_FILES,
  runClock,
  seedFolder,
  type ShardedOptions,
  trainSeedsStage,
  trainStage,
  withRunLock,
} from "@spiediff/train";
import { afterwards, type ExecutorFlags, executorFlags, executorOf } from "../executor_flags.ts";
import { runFolder } from "../run_experiment.ts";
import { runShards } from "../run_shards.ts";

interface TrainFlags extends ExecutorFlags {
  readonly seeds?: readonly number[];
  readonly workers: number;
  readonly json: boolean;
}

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
  async func(flags, folder) {
    const experiment = readRunExperiment(folder);
    const { seeds } = flags;
    if (seeds !== undefined) {
      const stage = (options: ShardedOptions) =>
        trainSeedsStage(experiment, folder, seeds, options);
      const { seconds, detached } = await runShards(experiment, folder, "train", flags, stage);
      const runs = seeds.map((seed) => seedFolder(folder, seed));
      const result = { run: folder, seeds: runs, seconds, detached };
      this.process.stdout.write(
        flags.json
          ? JSON.stringify(result) + "\n"
          : detached
          ? `Submitted. ${afterwards(folder)}\n`
          : `Runs of ${runs.length} seeds: ${join(folder, "seeds")}\n` +
            `Next: spiediff report ${runs[0]}\n`,
      );
      return;
    }
    if (flags.executor === "slurm" || flags.shards !== undefined) {
      throw new UserError(
        "One training is one piece of work: --executor slurm and --shards need --seeds, such as 1..8.",
      );
    }
    executorOf(flags, flags.workers);
    const { training: { backend }, seconds } = await withRunLock(folder, "train", async () => {
      const run = stageRunner({ silent: flags.json, clock: await runClock(folder, experiment) });
      const estimates = await readEstimates(folder, experiment);
      return { ...await run(trainStage(experiment, folder, estimates)), seconds: run.seconds };
    });
    const model = join(folder, RUN_FILES.model);
    this.process.stdout.write(
      flags.json
        ? JSON.stringify({ run: folder, model, backend, seconds }) + "\n"
        : `Model: ${model} (trained by ${backend})\n` +
          `Next: spiediff report ${folder}\n` +
          `  or: spiediff predict ${model} --profile "0.5+0.3*cos(2*pi*x)"\n`,
    );
  },
});
