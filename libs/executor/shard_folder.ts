/** The shard files of one folder: what is there, what is whole. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeDurably } from "@spiediff/command-line";
import {
  checkEntry,
  readEntry,
  readPayload,
  type Room,
  type ShardEntry,
  shardHeader,
  withFile,
} from "./shard_file.ts";
import { type Plan, ShardError } from "./types.ts";

const prefix = (plan: Plan) => `${plan.config.slice(0, 16)}.`;
const padded = (plan: Plan, shard: number) =>
  String(shard).padStart(String(plan.shards).length, "0");

/** Path of a shard's file. */
export function shardPath(folder: string, plan: Plan, shard: number): string {
  return join(folder, `${prefix(plan)}${padded(plan, shard)}-of-${plan.shards}.shard`);
}

/** Path of a file that holds the shards `from` to `to` one after another. */
export function packPath(folder: string, plan: Plan, from: number, to: number): string {
  const range = `${padded(plan, from)}..${padded(plan, to)}`;
  return join(folder, `${prefix(plan)}${range}-of-${plan.shards}.pack`);
}

/** Writes a shard: whole or not at all. */
export async function writeShard(
  folder: string,
  plan: Plan,
  shard: number,
  payload: Uint8Array,
): Promise<void> {
  const header = new TextEncoder().encode(shardHeader(plan, shard, payload));
  const bytes = new Uint8Array(header.length + payload.length);
  bytes.set(header);
  bytes.set(payload, header.length);
  await writeDurably(shardPath(folder, plan, shard), bytes);
}

/** A pack by its name. */
interface Pack {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** What is there by name; nothing has been read yet. A byte a shard. */
export interface Listing {
  readonly plan: Plan;
  readonly folder: string;
  /** `[shards + 1]`, 1 where a file of that shard alone is there. */
  readonly single: Uint8Array;
  readonly packs: readonly Pack[];
  /** Offsets of the entries of the pack that was last looked into. */
  opened?: { readonly path: string; readonly offsets: Map<number, number> };
}

/** Lists a folder; one that does not exist has nothing. */
export async function listShards(folder: string, plan: Plan): Promise<Listing> {
  const single = new Uint8Array(plan.shards + 1);
  const packs: Pack[] = [];
  const name = new RegExp(`^(\\d+)(?:\\.\\.(\\d+))?-of-${plan.shards}\\.(shard|pack)$`);
  for (const file of await namesIn(folder)) {
    if (!file.startsWith(prefix(plan))) continue;
    const [, first, last, kind] = name.exec(file.slice(prefix(plan).length)) ?? [];
    const from = Number(first), to = Number(last ?? first);
    if (!(from >= 1 && from <= to && to <= plan.shards)) continue;
    if (kind === "pack") packs.push({ path: join(folder, file), from, to });
    else single[from] = 1;
  }
  return { plan, folder, single, packs };
}

/** Whether any shard of the plan is there. */
export async function hasShards(folder: string, plan: Plan): Promise<boolean> {
  const { single, packs } = await listShards(folder, plan);
  return packs.length > 0 || single.includes(1);
}

/** Whether a shard has a file of its own that is whole; looks at no other. */
export async function isWhole(folder: string, plan: Plan, shard: number): Promise<boolean> {
  const single = new Uint8Array(plan.shards + 1);
  single[shard] = 1;
  const listing = { plan, folder, single, packs: [] };
  return await readShard(listing, shard).catch(() => undefined) !== undefined;
}

/** Removes the shards of a plan, but for those that have the names of another one's. */
export async function removeShards(folder: string, plan: Plan, unlike: Plan): Promise<void> {
  if (plan.config === unlike.config && plan.shards === unlike.shards) return;
  const { single, packs } = await listShards(folder, plan);
  for (let shard = 1; shard <= plan.shards; shard++) {
    if (single[shard] === 1) await rm(shardPath(folder, plan, shard), { force: true });
  }
  for (const { path } of packs) await rm(path, { force: true });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

const isGone = (error: unknown) => (error as { code?: string }).code === "ENOENT";

/** Whether a shard is there by name, in a file of its own or in a pack. */
export function isListed({ single, packs }: Listing, shard: number): boolean {
  return single[shard] === 1 || packs.some(({ from, to }) => from <= shard && shard <= to);
}

/** Number of shards that are there by name. */
export function countListed(listing: Listing): number {
  let count = 0;
  for (let shard = 1; shard <= listing.plan.shards; shard++) {
    if (isListed(listing, shard)) count++;
  }
  return count;
}

/**
 * A shard's payload, every byte checked, from wherever it is.
 *
 * @param room Memory for it, used again by the next call.
 * @returns undefined if it is nowhere.
 * @throws {ShardError} naming the file and what is wrong: cut short, tampered with, of another plan, or
 * there twice with different contents.
 */
export async function readShard(
  listing: Listing,
  shard: number,
  room?: Room,
): Promise<Uint8Array | undefined> {
  const { folder, plan, single, packs } = listing;
  let found: { path: string; entry: ShardEntry; payload: Uint8Array } | undefined;
  let fault: unknown;
  const take = async (path: string, offset: number) => {
    try {
      const { entry, payload } = await withFile(path, async (file) => {
        const entry = await readEntry(file, offset);
        checkEntry(entry, plan, shard);
        return { entry, payload: await readPayload(file, entry, room) };
      });
      if (found !== undefined && found.entry.sha256 !== entry.sha256) {
        throw new ShardError(`and ${found.path} hold different contents of shard ${shard}`);
      }
      found = { path, entry, payload };
    } catch (error) {
      // Packing moves shards while others read: gone is not wrong.
      if (!isGone(error)) fault = withPath(error, path);
    }
  };
  if (single[shard] === 1) await take(shardPath(folder, plan, shard), 0);
  for (const { path, from, to } of packs) {
    if (shard < from || shard > to) continue;
    try {
      const at = (await offsetsOf(listing, path)).get(shard);
      if (at === undefined) throw new ShardError(`lacks shard ${shard}`);
      await take(path, at);
    } catch (error) {
      if (!isGone(error)) fault = withPath(error, path);
    }
  }
  // A fault is told even where another copy is whole: somebody should know.
  if (fault !== undefined) throw fault;
  return found?.payload;
}

const withPath = (error: unknown, path: string) =>
  error instanceof ShardError ? new ShardError(`${path} ${error.message}.`) : error;

async function offsetsOf(listing: Listing, path: string): Promise<Map<number, number>> {
  if (listing.opened?.path === path) return listing.opened.offsets;
  const offsets = new Map<number, number>();
  await withFile(path, async (file) => {
    const { size } = await file.stat();
    for (let at = 0; at < size;) {
      const entry = await readEntry(file, at);
      checkEntry(entry, listing.plan);
      offsets.set(entry.shard, at);
      at = entry.at + entry.bytes;
    }
  });
  listing.opened = { path, offsets };
  return offsets;
}
