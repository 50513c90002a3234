/** Files and folders that a killed command has left half written in a run folder. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runs, writerOf } from "@spiediff/command-line";

/**
 * Removes what processes that no longer run have left unfinished, for the owner of the folder's lock. Shards are
 * left alone: tasks of other machines write there without a lock, and process numbers are each machine's own.
 */
export function removeLeftovers(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const writer = writerOf(entry.name);
    // Who takes the lock has written nothing yet: its own number is that of an earlier process.
    if (writer !== undefined && (writer === process.pid || !runs(writer))) {
      rmSync(path, { recursive: true, force: true });
    } else if (entry.isDirectory() && entry.name !== "shards") removeLeftovers(path);
  }
}
