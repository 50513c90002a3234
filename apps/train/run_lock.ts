/** One command at a time in a run folder. */
import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { unfinishedPath, UserError } from "@spiediff/command-line";
import { removeLeftovers } from "./leftovers.ts";
import { create, isStale, type Owner, ownerOf, ownerText, thisOwner } from "./lock_owner.ts";

const LOCK = ".lock.json";

/** How long a command waits for a folder that is in use, and for whom; it is refused at once by default. */
export interface Patience {
  readonly seconds: number;
  /** Waits only for these commands, such as those that hold a lock for moments. */
  readonly commands?: readonly string[];
}

/** For commands on work in shards: one of them plans, submits or merges while the others wait. */
export const SHARD_PATIENCE: Patience = { seconds: 120, commands: ["shard", "merge"] };

/** Looks at a lock that is there but cannot be read, until it counts as somebody's. */
const LOOKS = 20;

/**
 * Does work while no other command writes into the run folder.
 *
 * The lock is a file, so that it holds on file systems that machines share. What a killed command has left
 * on this machine is recognised and taken over.
 *
 * @throws {UserError} naming owner and time if another command works there.
 */
export async function withRunLock<T>(
  folder: string,
  command: string,
  work: () => Promise<T>,
  patience?: Patience,
): Promise<T> {
  const release = await takeRunLock(folder, command, patience);
  try {
    return await work();
  } finally {
    release();
  }
}

/**
 * Takes a run folder's lock, as {@link withRunLock} does.
 *
 * @returns What gives it back; a second call does nothing.
 */
export async function takeRunLock(
  folder: string,
  command: string,
  patience: Patience = { seconds: 0 },
): Promise<() => void> {
  const path = join(folder, LOCK);
  const start = performance.now();
  let isNew = false;
  for (let looks = 0;;) {
    // In the loop, since who was first may have removed the folder that it had made.
    isNew = mkdirSync(folder, { recursive: true }) !== undefined || isNew;
    const other = take(path, command);
    if (other === "taken") break;
    const isAwaited = patience.commands?.includes(other?.command ?? "") ?? true;
    const isLate = performance.now() - start > 1000 * patience.seconds;
    const mustGo = other === undefined ? ++looks > LOOKS : !isAwaited || isLate;
    if (mustGo) refuse(path, folder, other);
    // Not all at the same times, so that none is always late.
    await pause(50 + 100 * Math.random());
  }
  let isHeld = true;
  const release = () => {
    if (!isHeld) return;
    isHeld = false;
    rmSync(path, { force: true });
    if (isNew) removeIfEmpty(folder);
  };
  try {
    removeLeftovers(folder);
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

/** @throws {UserError} if a command works in a run folder, which need not exist. */
export function requireFree(folder: string): void {
  const path = join(folder, LOCK);
  const owner = ownerOf(path);
  if (owner !== undefined && !isStale(owner)) refuse(path, folder, owner);
}

/** Takes a lock, or says who has it; undefined if that one has just gone. */
function take(path: string, command: string): "taken" | Owner | undefined {
  if (create(path, JSON.stringify(thisOwner(command)) + "\n")) return "taken";
  const other = ownerOf(path);
  if (other === undefined || !isStale(other)) return other;
  discard(path);
  return undefined;
}

function refuse(path: string, folder: string, owner: Owner | undefined): never {
  const who = owner === undefined ? "another command" : ownerText(owner);
  throw new UserError(
    `${folder} is in use by ${who}. Wait until it has ended, or use another folder. ` +
      `If it no longer runs, delete ${path}.`,
  );
}

/** Removes a stale lock; of several commands that find it, one moves it away and the others try again. */
function discard(path: string): void {
  const aside = unfinishedPath(path, "old");
  try {
    renameSync(path, aside);
    const moved = ownerOf(aside);
    // A command that was first has taken the lock meanwhile: it gets it back.
    if (moved !== undefined && !isStale(moved)) create(path, readFileSync(aside, "utf8"));
    rmSync(aside, { force: true });
  } catch { /* Another command was first. */ }
}

/** A command that was refused leaves no folder behind that it made for its lock. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch { /* It holds something. */ }
}
