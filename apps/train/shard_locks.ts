/** Shards that are being made by hand in a run folder: many at once, but none while the folder is cleared. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { UserError } from "@spiediff/command-line";
import { create, isStale, ownerOf, ownerText, thisOwner } from "./lock_owner.ts";
import { SHARD_PATIENCE, withRunLock } from "./run_lock.ts";

const NAME = /^\.shard-\d+-[0-9a-f]{8}\.lock\.json$/;

/**
 * Plans a shard under the run folder's lock, and makes it beside others, which wait for the planning only.
 *
 * @throws {UserError} naming the owner if another command than a shard works there.
 */
export async function withShardLock<P, T>(
  folder: string,
  plan: () => Promise<P>,
  make: (planned: P) => Promise<T>,
): Promise<T> {
  const name = `.shard-${process.pid}-${crypto.randomUUID().slice(0, 8)}.lock.json`;
  const path = join(folder, name);
  const planned = await withRunLock(folder, "shard", async () => {
    const found = await plan();
    create(path, JSON.stringify(thisOwner("shard")) + "\n");
    return found;
  }, SHARD_PATIENCE);
  try {
    return await make(planned);
  } finally {
    rmSync(path, { force: true });
  }
}

/**
 * For who holds the lock and is about to remove what shards are made for; forgets shards that were killed on
 * this machine.
 *
 * @throws {UserError} naming a shard that is being made.
 */
export function refuseWhileShardsRun(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => NAME.test(name))) {
    const path = join(folder, name);
    const owner = ownerOf(path);
    if (owner === undefined) continue;
    if (isStale(owner)) {
      rmSync(path, { force: true });
      continue;
    }
    throw new UserError(
      `A shard of ${folder} is being made by ${ownerText(owner)}. Wait until it is done. ` +
        `If it no longer runs, delete ${path}.`,
    );
  }
}
