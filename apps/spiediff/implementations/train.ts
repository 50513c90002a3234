import type { CommandContext } from "@stricli/core";
import { join } from "node:path";
import { stageRunner, UserError } from "@spiediff/command-line";
import { isOfFields } from "@spiediff/experiment";
import {
  readAnyRunExperiment,
  readEstimates,
  RUN_FILES,
  runClock,
  seedFolder,
  type ShardedOptions,
  trainSeedsStage,
  trainStage,
  withRunLock,
} from "@spiediff/train/stages";
import { afterwards, executorOf } from "../chosen_executor.ts";
import type { ExecutorFlags } from "../executor_flags.ts";
import { runShards } from "../run_shards.ts";

export interface TrainFlags extends ExecutorFlags {
  readonly seeds?: readonly number[];
  readonly workers: number;
  readonly json: boolean;
}

/** Does what `train` asks for. */
export async function runTrain(
  this: CommandContext,
  flags: TrainFlags,
  folder: string,
): Promise<void> {
  const experiment = readAnyRunExperiment(folder), { seeds } = flags;
  if (isOfFields(experiment)) {
    if (seeds !== undefined || flags.executor === "slurm" || flags.shards !== undefined) {
      throw new UserError(
        "--seeds, --shards and --executor slurm are for experiments of one field.",
      );
    }
    const { trainFields } = await import("./fields_stages.ts");
    this.process.stdout.write(await trainFields(experiment, folder, flags));
    return;
  }
  if (seeds !== undefined) {
    const stage = (options: ShardedOptions) => trainSeedsStage(experiment, folder, seeds, options);
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
}
