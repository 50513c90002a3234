/** One command at a time in a run folder. */
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { UserError } from "@spiediff/command-line";
import { removeLeftovers, runs } from "./leftovers.ts";

const LOCK = ".lock.json";

/** Who works in a run folder. */
interface Owner {
  readonly host: string;
  readonly process: number;
  /** Tells the process from a later one of the same number: its start, and the machine's; null where unknown. */
  readonly started: string | null;
  readonly command: string;
  /** ISO time. */
  readonly since: string;
}

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
): Promise<T> {
  const isNew = mkdirSync(folder, { recursive: true }) !== undefined;
  const path = join(folder, LOCK);
  take(path, folder, command);
  try {
    removeLeftovers(folder);
    return await work();
  } finally {
    rmSync(path, { force: true });
    if (isNew) removeIfEmpty(folder);
  }
}

function take(path: string, folder: string, command: string): void {
  const owner: Owner = {
    ...{ host: hostname(), process: process.pid, started: startOf(process.pid), command },
    since: new Date().toISOString(),
  };
  for (let attempt = 0; attempt < 3; attempt++) {
    if (create(path, JSON.stringify(owner) + "\n")) return;
    const other = ownerOf(path);
    if (other !== undefined && !isStale(other)) refuse(path, folder, other);
    if (other !== undefined) discard(path);
  }
  refuse(path, folder, ownerOf(path));
}

/** A name that {@link removeLeftovers} recognises if this process is killed meanwhile. */
const besideOf = (path: string, what: "partial" | "old") =>
  `${path}.${what}-${process.pid}-${crypto.randomUUID().slice(0, 8)}`;

/** Creates a file at once with all of its text; false if there is one already. */
function create(path: string, text: string): boolean {
  const beside = besideOf(path, "partial");
  writeFileSync(beside, text, { flag: "wx" });
  try {
    linkSync(beside, path);
    return true;
  } catch (cause) {
    // ENOENT: an owner on another machine has taken the file beside for what a killed process left.
    if (["EEXIST", "ENOENT"].includes((cause as { code?: string }).code ?? "")) return false;
    throw cause;
  } finally {
    rmSync(beside, { force: true });
  }
}

function refuse(path: string, folder: string, owner: Owner | undefined): never {
  const who = owner === undefined
    ? "another command"
    : `\`${owner.command}\` since ${owner.since} (process ${owner.process} on ${owner.host})`;
  throw new UserError(
    `${folder} is in use by ${who}. Wait until it has ended, or use another folder. ` +
      `If it no longer runs, delete ${path}.`,
  );
}

/** The owner that a lock names; undefined if it has just gone. A lock that cannot be read names nobody. */
function ownerOf(path: string): Owner | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return { host: "?", process: 0, started: null, command: "?", since: "an unknown time" };
  }
}

/** Whether the owner is known to be gone: a process of this machine that no longer runs. */
function isStale(owner: Owner): boolean {
  if (owner.host !== hostname()) return false;
  if (!runs(owner.process)) return true;
  const now = startOf(owner.process);
  return owner.started !== null && now !== null && owner.started !== now;
}

/** Removes a stale lock; of several commands that find it, one moves it away and the others try again. */
function discard(path: string): void {
  const aside = besideOf(path, "old");
  try {
    renameSync(path, aside);
    const moved = ownerOf(aside);
    // A command that was first has taken the lock meanwhile: it gets it back.
    if (moved !== undefined && !isStale(moved)) create(path, readFileSync(aside, "utf8"));
    rmSync(aside, { force: true });
  } catch { /* Another command was first. */ }
}

/** When a process started, as Linux counts it, with the boot that it belongs to; null elsewhere. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before it, in parentheses, may hold spaces.
    return `${boot} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return null;
  }
}

/** A command that was refused leaves no folder behind that it made for its lock. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch { /* It holds something. */ }
}
