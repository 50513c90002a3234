import type { CommandContext } from "@stricli/core";
import { UserError } from "@spiediff/command-line";
import { type Job, makePlannedShard } from "@spiediff/executor";
import { type Experiment, isOfFields } from "@spiediff/experiment";
import type { LoopsName } from "@spiediff/kmc";
import {
  claimRunFolder,
  codeText,
  computeOf,
  planSimulation,
  planTraining,
  readEstimates,
  readRunExperiment,
  requireOwnParticles,
  useEngine,
  withShardLock,
  type WorkName,
  writeRunExperiment,
} from "@spiediff/train/stages";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { experimentFor } from "../run_experiment.ts";
import type { RunFlags } from "../run_flags.ts";

export interface ShardFlags extends Omit<RunFlags, "workers"> {
  readonly work: WorkName;
  readonly seeds?: readonly number[];
}

/** Does what `shard` asks for. */
export async function runShard(
  this: CommandContext,
  flags: ShardFlags,
  { shard, shards }: { shard: number; shards: number },
  folder: string,
): Promise<void> {
  // Of a simulation only: training moves no particles.
  let engine: LoopsName | null = null;
  const job = await withShardLock(
    folder,
    async () => {
      const { experiment, job } = await jobFor(folder, flags, shards);
      if (flags.work === "simulate") {
        requireOwnParticles(experiment);
        engine = useEngine(flags.engine, experiment.particles);
      }
      return job;
    },
    async (job) => {
      if (job !== undefined) await makePlannedShard(job.folder, codeText(), computeOf, shard);
      return job;
    },
  );
  const file = job?.folder ?? null;
  this.process.stdout.write(
    flags.json
      ? JSON.stringify({ run: folder, work: flags.work, shard, shards, engine, folder: file }) +
        "\n"
      : job === undefined
      ? `${folder} has all results of ${flags.work}; nothing is left to do.\n`
      : `Shard ${shard} of ${shards}${engine ? `, engine ${engine}` : ""}: ${job.folder}\n`,
  );
}

async function jobFor(
  folder: string,
  flags: ShardFlags,
  shards: number,
): Promise<{ experiment: Experiment; job: Job | undefined }> {
  if (flags.work === "train") {
    const experiment = readRunExperiment(folder);
    if (flags.seeds === undefined) throw new UserError("--work train needs --seeds, such as 1..8.");
    const estimates = await readEstimates(folder, experiment);
    const job = await planTraining(folder, experiment, estimates, flags.seeds, shards);
    return { experiment, job };
  }
  if (flags.seeds !== undefined) throw new UserError("--seeds needs --work train.");
  const experiment = experimentFor(folder, { ...flags, workers: 1 });
  if (isOfFields(experiment)) {
    throw new UserError(
      "Shards by hand are for experiments of one field; `spiediff simulate` makes those of several, on " +
        "threads or by --executor slurm.",
    );
  }
  await claimRunFolder(folder, experiment, false);
  if (!existsSync(join(folder, "experiment.json"))) await writeRunExperiment(folder, experiment);
  return { experiment, job: await planSimulation(folder, experiment, shards) };
}
