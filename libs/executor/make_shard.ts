import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readPlan } from "./plan_file.ts";
import { isWhole, writeShard } from "./shard_folder.ts";
import { type ComputeShard, type Plan, ShardError } from "./types.ts";

/** Makes one shard unless it is there and whole: a task that was started twice does no harm. */
export async function makeShard(
  folder: string,
  { plan, argument }: { readonly plan: Plan; readonly argument: unknown },
  compute: ComputeShard,
  shard: number,
): Promise<void> {
  if (await isWhole(folder, plan, shard)) return;
  const scratch = join(folder, "scratch", String(shard));
  const payload = await compute(argument, shard, plan.shards, scratch);
  await mkdir(folder, { recursive: true });
  await writeShard(folder, plan, shard, payload);
  await rm(scratch, { recursive: true, force: true });
}

/**
 * Makes one shard of the plan that a folder keeps, as a task of another machine does.
 *
 * @param code The code that runs: it must be the plan's.
 * @throws {ShardError} if there is no plan, or not that shard in it, or it is for other code.
 */
export async function makePlannedShard(
  folder: string,
  code: string,
  computeOf: (work: string) => Promise<ComputeShard>,
  shard: number,
): Promise<void> {
  const kept = await readPlan(folder);
  if (kept === undefined) throw new ShardError(`${folder} holds no plan.`);
  const { plan } = kept;
  if (plan.code !== code) {
    throw new ShardError(`${folder} was planned by ${plan.code}, but this is ${code}.`);
  }
  if (!(Number.isInteger(shard) && shard >= 1 && shard <= plan.shards)) {
    throw new ShardError(
      `The shard must be a whole number from 1 to ${plan.shards}, not ${shard}.`,
    );
  }
  await makeShard(folder, kept, await computeOf(plan.work), shard);
}
