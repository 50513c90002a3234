import { buildCommand } from "@stricli/core";
import { textParser, UserError } from "@spiediff/command-line";
import { type Job, makePlannedShard, parseRanges, parseShard } from "@spiediff/executor";
import type { Experiment } from "@spiediff/experiment";
import type { LoopsName } from "@spiediff/kmc";
import {
  claimRunFolder,
  codeText,
  computeOf,
  experimentFlags,
  planSimulation,
  planTraining,
  readEstimates,
  readRunExperiment,
  requireOwnParticles,
  useEngine,
  withShardLock,
  type WorkName,
  WORKS,
  writeRunExperiment,
} from "@spiediff/train";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { experimentFor, type RunFlags, runFlags } from "../run_experiment.ts";

interface ShardFlags extends Omit<RunFlags, "workers"> {
  readonly work: WorkName;
  readonly seeds?: readonly number[];
}

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
  async func(flags, { shard, shards }, folder) {
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
  },
});

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
  await claimRunFolder(folder, experiment, false);
  if (!existsSync(join(folder, "experiment.json"))) await writeRunExperiment(folder, experiment);
  return { experiment, job: await planSimulation(folder, experiment, shards) };
}
