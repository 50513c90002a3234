/**
 * The merge: all shards of a plan, each once, in the order of their numbers, one at a time.
 *
 * Sums of floating-point numbers depend on their order, so nothing is summed before the order is known:
 * merging two ranges of shards is putting one behind the other ({@link packShards}), which is associative
 * exactly, and whoever reduces (`accept`) sees the shards as one machine would have made them.
 */
import { rm } from "node:fs/promises";
import { durableFile } from "@spiediff/command-line";
import { formatRanges } from "./ranges.ts";
import { type Room, shardHeader } from "./shard_file.ts";
import {
  isListed,
  type Listing,
  listShards,
  packPath,
  readShard,
  shardPath,
} from "./shard_folder.ts";
import { type Plan, ShardError } from "./types.ts";

/** What keeps a plan from being merged. */
export interface Faults {
  readonly missing: readonly number[];
  readonly unusable: readonly { readonly shard: number; readonly reason: string }[];
}

/** Shards to make: those missing and those that cannot be used, ascending. */
export const toMake = ({ missing, unusable }: Faults): number[] =>
  [...missing, ...unusable.map(({ shard }) => shard)].sort((a, b) => a - b);

/** Reads every byte of every shard that is there. */
export async function findFaults(folder: string, plan: Plan): Promise<Faults> {
  const listing = await listShards(folder, plan);
  const room: Room = { bytes: new Uint8Array(0) };
  const missing: number[] = [], unusable: { shard: number; reason: string }[] = [];
  for (let shard = 1; shard <= plan.shards; shard++) {
    try {
      if (await readShard(listing, shard, room) === undefined) missing.push(shard);
    } catch (error) {
      unusable.push({ shard, reason: reasonOf(error) });
    }
  }
  return { missing, unusable };
}

/** What is missing by name, reading nothing. */
export async function listFaults(folder: string, plan: Plan): Promise<Faults> {
  const listing = await listShards(folder, plan);
  const missing: number[] = [];
  for (let shard = 1; shard <= plan.shards; shard++) {
    if (!isListed(listing, shard)) missing.push(shard);
  }
  return { missing, unusable: [] };
}

/** A fault of a shard as a sentence; whatever is no fault of a shard is thrown on. */
function reasonOf(error: unknown): string {
  if (error instanceof ShardError) return error.message;
  throw error;
}

/** One sentence on what is missing, or null if nothing is. */
export function faultsText(plan: Plan, { missing, unusable }: Faults): string | null {
  const parts: string[] = [];
  if (missing.length > 0) {
    parts.push(
      `${missing.length} ${missing.length === 1 ? "is" : "are"} missing (${formatRanges(missing)})`,
    );
  }
  if (unusable.length > 0) {
    parts.push(
      `${unusable.length} cannot be used (${formatRanges(unusable.map(({ shard }) => shard))})`,
    );
  }
  if (parts.length === 0) return null;
  const reasons = unusable.slice(0, 10).map(({ reason }) => `\n  ${reason}`);
  const more = unusable.length > 10 ? `\n  and ${unusable.length - 10} more` : "";
  return `Of the ${plan.shards} shards of "${plan.work}", ${parts.join(" and ")}.` +
    reasons.join("") + more;
}

/**
 * Hands over every payload in ascending order, one at a time: memory is that of one shard.
 *
 * @param accept Must keep its results apart until this function has returned, and copy what it keeps of a
 * payload, whose memory the next one takes.
 * @throws {ShardError} naming every shard that is missing or unusable.
 */
export async function mergeShards(
  folder: string,
  plan: Plan,
  accept: (shard: number, payload: Uint8Array) => void | Promise<void>,
): Promise<void> {
  const listing = await listShards(folder, plan);
  for (let shard = 1; shard <= plan.shards; shard++) {
    if (!isListed(listing, shard)) throw await incomplete(folder, plan);
  }
  const room: Room = { bytes: new Uint8Array(0) };
  for (let shard = 1; shard <= plan.shards; shard++) {
    const payload = await readShard(listing, shard, room).catch(reasonOf);
    if (!(payload instanceof Uint8Array)) throw await incomplete(folder, plan);
    await accept(shard, payload);
  }
}

async function incomplete(folder: string, plan: Plan): Promise<ShardError> {
  const text = faultsText(plan, await findFaults(folder, plan));
  // Made since: the next merge will see it.
  return new ShardError(
    text ?? `Shards of "${plan.work}" came while they were merged; merge again.`,
  );
}

/**
 * Puts the shards `from` to `to` into one file, in order, and removes theirs: fewer files for a merge over
 * very many. What a pack holds does not depend on how its shards were packed before.
 *
 * @throws {ShardError} naming the first shard that is missing or unusable; nothing is removed then.
 */
export async function packShards(
  folder: string,
  plan: Plan,
  from: number,
  to: number,
): Promise<void> {
  const listing = await listShards(folder, plan);
  const path = packPath(folder, plan, from, to);
  const file = await durableFile(path);
  const room: Room = { bytes: new Uint8Array(0) };
  try {
    for (let shard = from; shard <= to; shard++) {
      const payload = await readShard(listing, shard, room);
      if (payload === undefined) throw new ShardError(`Shard ${shard} is missing and not packed.`);
      await file.write(new TextEncoder().encode(shardHeader(plan, shard, payload)));
      await file.write(payload);
    }
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
  await removePacked(listing, path, from, to);
}

/** Removes what a new pack holds too. Two packings at once find the files gone, which is fine. */
async function removePacked(
  { folder, plan, single, packs }: Listing,
  path: string,
  from: number,
  to: number,
): Promise<void> {
  for (let shard = from; shard <= to; shard++) {
    if (single[shard] === 1) await rm(shardPath(folder, plan, shard), { force: true });
  }
  for (const pack of packs) {
    const inside = pack.from >= from && pack.to <= to && pack.path !== path;
    if (inside) await rm(pack.path, { force: true });
  }
}
