/** Training over seeds in shards: every seed trains on the same estimates, and becomes a run folder. */
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unfinishedPath, writeDurably, writerOf } from "@spiediff/command-line";
import { type Experiment, parseExperiment } from "@spiediff/experiment";
import { type ComputeShard, type KeptPlan, mergeShards, unitsOf } from "@spiediff/executor";
import { parseRingEstimate, type RingEstimate } from "@spiediff/fdt-operators";
import { byProfile, writeEstimates } from "../estimate_file.ts";
import { writeRunExperiment } from "../run_experiment.ts";
import { RUN_FILES } from "../run_folder.ts";
import { requireFree } from "../run_lock.ts";
import { trainStage } from "../train_stage.ts";
import { bundleBytes, filesOf } from "./bundle.ts";
import { seedFolder, type TrainArgument } from "./seeds.ts";

/** The run folders of the shard's seeds as a bundle. */
export const computeShard: ComputeShard = async (argument, shard, shards, scratch) => {
  const { experiment: input, seeds, estimates } = argument as TrainArgument;
  const parsed = estimates.map(parseRingEstimate);
  const files = new Map<string, Uint8Array>();
  const [from, to] = unitsOf(shard, shards, seeds.length);
  for (const seed of seeds.slice(from, to)) {
    const experiment = parseExperiment(input);
    const own = { ...experiment, training: { ...experiment.training, seed } };
    const folder = join(scratch, String(seed));
    await trainSeed(folder, own, parsed);
    for (const path of await filesBelow(folder)) {
      files.set(`${seed}/${path}`, new Uint8Array(await readFile(join(folder, path))));
    }
  }
  return bundleBytes(files);
};

/** Trains in a folder that outlives a kill, so that the checkpoints in it are taken up. */
async function trainSeed(
  folder: string,
  experiment: Experiment,
  estimates: readonly RingEstimate[],
): Promise<void> {
  await writeRunExperiment(folder, experiment);
  for (const [name, own] of byProfile(estimates)) {
    await writeEstimates(folder, experiment, name, own, "particles");
  }
  const trained = await trainStage(experiment, folder, estimates).run(() => {});
  // A shard holds what its configuration decides; how long it took is not of that.
  const { seconds: _, ...training } = trained.training;
  await writeDurably(join(folder, RUN_FILES.training), JSON.stringify(training) + "\n");
}

/** Paths of all files but those that a kill has cut short, sorted, with slashes. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.split("/").some((name) => writerOf(name) !== undefined)).sort();
}

/** Unpacks the runs of all seeds; none appears before every shard was found whole. */
export async function mergeTraining(
  runFolder: string,
  folder: string,
  { plan }: KeptPlan,
): Promise<void> {
  const parent = dirname(seedFolder(runFolder, 0));
  const partial = unfinishedPath(join(parent, ".seeds"), "partial");
  try {
    await mkdir(partial, { recursive: true });
    await mergeShards(folder, plan, async (_, payload) => {
      for (const [path, bytes] of filesOf(payload)) await writeDurably(join(partial, path), bytes);
    });
    const merged = await readdir(partial);
    for (const seed of merged) requireFree(join(parent, seed));
    for (const seed of merged) {
      await replace(join(partial, seed), join(parent, seed));
    }
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Moves a folder in place of another. Two that do it at once bring the same files: either may be last. */
async function replace(from: string, to: string): Promise<void> {
  for (let attempt = 0;; attempt++) {
    await rm(to, { recursive: true, force: true });
    try {
      return await rename(from, to);
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}
