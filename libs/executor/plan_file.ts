import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeDurably } from "@spiediff/command-line";
import { sha256Of } from "./shard_file.ts";
import { hasShards, removeShards } from "./shard_folder.ts";
import { type Plan, ShardError } from "./types.ts";

const PLAN = "plan.json";
const MERGED = "merged.json";

/** A plan as its folder keeps it: enough to make any of its shards. */
export interface KeptPlan {
  readonly plan: Plan;
  readonly argument: unknown;
}

/** The plan of an argument; its JSON text decides the numbers, and so the hash. */
export function planOf(work: string, argument: unknown, shards: number, code: string): Plan {
  return { work, config: hashOf(argument), code, shards };
}

const hashOf = (argument: unknown) => sha256Of(JSON.stringify(argument));

/**
 * The plan that a folder keeps; undefined if it keeps none.
 *
 * @throws {ShardError} if it is damaged.
 */
export async function readPlan(folder: string): Promise<KeptPlan | undefined> {
  const path = join(folder, PLAN);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw cause;
  }
  try {
    const { plan, argument } = JSON.parse(text) as KeptPlan;
    if (plan.config === hashOf(argument)) return { plan, argument };
  } catch { /* Damaged, as the next line says. */ }
  throw new ShardError(`${path} is damaged; delete ${folder} to start anew.`);
}

const same = (a: Plan, b: Plan) =>
  a.work === b.work && a.config === b.config && a.code === b.code && a.shards === b.shards;

/**
 * Makes a folder the plan's own. What was merged, or never begun, gives way to it; may be called by many
 * processes at once for the same plan.
 *
 * @throws {ShardError} if the folder holds unmerged shards of another plan.
 */
export async function openPlan(folder: string, kept: KeptPlan): Promise<void> {
  const found = await readPlan(folder);
  if (found && same(found.plan, kept.plan)) return;
  if (found && !await isMerged(folder, found.plan) && await hasShards(folder, found.plan)) {
    throw new ShardError(
      `${folder} holds shards of ${difference(found.plan, kept.plan)}. Delete it to start anew.`,
    );
  }
  await writeDurably(join(folder, PLAN), JSON.stringify(kept) + "\n");
  if (found) await removeShards(folder, found.plan, kept.plan);
}

function difference(found: Plan, asked: Plan): string {
  if (found.config !== asked.config) return "another configuration";
  if (found.shards !== asked.shards) return `a plan of ${found.shards} shards, not ${asked.shards}`;
  return `${found.code}, not ${asked.code}`;
}

/** Leaves word that the merge of a plan is done and its results are on disk. */
export function markMerged(folder: string, plan: Plan): Promise<void> {
  return writeDurably(join(folder, MERGED), JSON.stringify(plan) + "\n");
}

/** Takes that word back, for results that were deleted since. */
export function unmarkMerged(folder: string): Promise<void> {
  return rm(join(folder, MERGED), { force: true });
}

/** Whether that was done for this very plan. */
export async function isMerged(folder: string, plan: Plan): Promise<boolean> {
  try {
    return same(JSON.parse(await readFile(join(folder, MERGED), "utf8")), plan);
  } catch {
    return false;
  }
}
