/** Who holds a lock file, and whether that process is still there. */
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";
import { runs, unfinishedPath } from "@spiediff/command-line";

/** Who works in a run folder. */
export interface Owner {
  readonly host: string;
  readonly process: number;
  /** Tells the process from a later one of the same number: its start, and the machine's; null where unknown. */
  readonly started: string | null;
  readonly command: string;
  /** ISO time. */
  readonly since: string;
}

/** This very process as an owner. */
export const thisOwner = (command: string): Owner => ({
  ...{ host: hostname(), process: process.pid, started: startOf(process.pid), command },
  since: new Date().toISOString(),
});

/** "`train` since ... (process 7 on host)" */
export const ownerText = ({ command, since, process, host }: Owner): string =>
  `\`${command}\` since ${since} (process ${process} on ${host})`;

/** Creates a file at once with all of its text; false if there is one already. */
export function create(path: string, text: string): boolean {
  const beside = unfinishedPath(path, "partial");
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

/** The owner that a lock names; undefined if it has just gone. A lock that cannot be read names nobody. */
export function ownerOf(path: string): Owner | undefined {
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
export function isStale(owner: Owner): boolean {
  if (owner.host !== hostname()) return false;
  if (!runs(owner.process)) return true;
  const now = startOf(owner.process);
  return owner.started !== null && now !== null && owner.started !== now;
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
