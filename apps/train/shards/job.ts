/** The jobs of a run folder: what is planned in it, and how its shards are made and merged. */
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { unfinishedPath, UserError } from "@spiediff/command-line";
import {
  isMerged,
  type Job,
  type KeptPlan,
  openPlan,
  planOf,
  readPlan,
  unmarkMerged,
} from "@spiediff/executor";
import { codeText, mergePlanned } from "./planned.ts";
import { type WorkName, WORKS } from "./works.ts";

/** Shards that work is cut into where nobody says: fine enough for most machines, few enough files. */
const DEFAULT_SHARDS = 64;

/** Folder of a work's plan and shards. */
export const shardFolder = (runFolder: string, work: WorkName): string =>
  join(resolve(runFolder), "shards", work);

/**
 * Takes up the plan that is there for this very work, or makes one. What it says of a merge is forgotten: who
 * asks has found that results are missing.
 *
 * @param units The most shards that the work can be cut into.
 * @throws {UserError} if `shards` is no such number; {ShardError} as `openPlan`.
 */
export async function planWork(
  runFolder: string,
  work: WorkName,
  argument: unknown,
  units: number,
  shards?: number,
): Promise<Job> {
  const folder = shardFolder(runFolder, work);
  const plain = JSON.parse(JSON.stringify(argument));
  const found = await readPlan(folder);
  const plan = (count: number) => planOf(work, plain, count, codeText());
  const isSame = found && found.plan.config === plan(1).config;
  const count = shards ?? (isSame ? found.plan.shards : Math.min(units, DEFAULT_SHARDS));
  if (!Number.isInteger(count) || count < 1 || count > units) {
    throw new UserError(
      `--shards must be a whole number from 1 to ${units}, into which this work can be cut, ` +
        `not ${count}.`,
    );
  }
  const kept = { plan: plan(count), argument: plain };
  await openPlan(folder, kept);
  await unmarkMerged(folder);
  return jobOf(runFolder, work, kept);
}

/**
 * Removes a work's shards if they are merged, those too that a killed command has merged and left. They go aside
 * first: what a kill spares of them is a leftover by name, and no plan of which some shards are missing.
 */
export async function removeMerged(runFolder: string, work: WorkName): Promise<void> {
  const folder = shardFolder(runFolder, work);
  const kept = await readPlan(folder);
  if (kept === undefined || !await isMerged(folder, kept.plan)) return;
  const aside = unfinishedPath(join(resolve(runFolder), `.${work}`), "old");
  await rename(folder, aside);
  await rm(aside, { recursive: true, force: true });
}

/** The job that a run folder has planned; undefined if there is none of that work. */
export async function plannedJob(runFolder: string, work: WorkName): Promise<Job | undefined> {
  const kept = await readPlan(shardFolder(runFolder, work));
  return kept && jobOf(runFolder, work, kept);
}

/** The works that a run folder has plans of. */
export const plannedWorks = (runFolder: string): WorkName[] =>
  WORKS.filter((work) => existsSync(join(shardFolder(runFolder, work), "plan.json")));

function jobOf(runFolder: string, work: WorkName, { plan, argument }: KeptPlan): Job {
  const folder = shardFolder(runFolder, work);
  const command = [...denoCommand(), fileURLToPath(new URL("./shard_worker.ts", import.meta.url))];
  return {
    plan,
    folder,
    argument,
    module: moduleUrl(work),
    ownProcess: work === "train",
    shardCommand: [...command, folder],
    mergeCommand: [...command, folder, "merge"],
    merge: () => mergePlanned(folder),
  };
}

const MODULES: Readonly<Record<WorkName, string>> = {
  "simulate": "./simulate_work.ts",
  "simulate-fields": "../fields/simulate_work.ts",
  "train": "./train_work.ts",
};

const moduleUrl = (work: WorkName): string => new URL(MODULES[work], import.meta.url).href;

/** Many tasks start at once: none may install, fetch or lock anything. Starts faster, too. */
export const DENO_AS_INSTALLED = ["--node-modules-dir=manual", "--frozen", "--cached-only"];

/** This very Deno with this very workspace, from whatever folder it is started. */
function denoCommand(): string[] {
  const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
  return [process.execPath, "run", "-A", ...DENO_AS_INSTALLED, "--config", config];
}
