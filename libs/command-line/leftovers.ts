/** What killed commands have left half written, recognised by the process that stands in its name. */
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import process from "node:process";

/** What is being written ends in `.partial-PROCESS-RANDOM`, what it takes the place of in `.old-...`. */
const UNFINISHED = /\.(?:partial|old)-(\d+)-[0-9a-f]{8}$/;

/** A name beside `path` for what is being written, or moved aside, by this process and no other call. */
export const unfinishedPath = (path: string, what: "partial" | "old"): string =>
  `${path}.${what}-${process.pid}-${crypto.randomUUID().slice(0, 8)}`;

/** The process that is writing what has this name; undefined for what is finished. */
export function writerOf(name: string): number | undefined {
  const [, process] = UNFINISHED.exec(name) ?? [];
  return process === undefined ? undefined : Number(process);
}

/** Whether this machine has a process of that number. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // Another user's process must not be asked, but runs.
    return (cause as { code?: string }).code !== "ESRCH";
  }
}

/**
 * Removes what killed commands of this machine have left beside a file or folder that is about to be written.
 * A folder that one of them had moved aside, to put its own in its place, comes back if nothing stands there.
 */
export function clearLeftoversOf(path: string): void {
  const folder = dirname(path), own = basename(path);
  const isOf = (name: string) =>
    [own, `.${own}`].includes(name.replace(UNFINISHED, "")) && name.search(UNFINISHED) > 0;
  for (const name of namesIn(folder).filter(isOf)) {
    if (runs(writerOf(name)!)) continue;
    const left = join(folder, name);
    if (name.startsWith(`.${own}.old-`) && !existsSync(path)) renameSync(left, path);
    else rmSync(left, { recursive: true, force: true });
  }
}

/** Names in a folder; none if there is no such folder, or it cannot be read. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
