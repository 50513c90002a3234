import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { clearLeftoversOf, unfinishedPath } from "./leftovers.ts";

/** A file that is being written beside its place; nothing stands in its place before `commit`. */
export interface DurableFile {
  write(data: string | Uint8Array): Promise<void>;
  /** Flushes to disk and moves the file into its place, replacing what was there. */
  commit(): Promise<void>;
  /** Removes what was written; does nothing after `commit`. */
  discard(): Promise<void>;
}

/** Work whose failure is told of the file's own path: the system names the partial one, or none. */
async function named<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw Object.assign(error as Error, { path });
  }
}

/** Begins a file whose path never holds half of it, however much is written in however many pieces. */
export async function durableFile(path: string): Promise<DurableFile> {
  await mkdir(dirname(path), { recursive: true });
  // Whose it is stands in the name: what a killed process has left can be told from what is being written.
  const partial = unfinishedPath(path, "partial");
  let file: FileHandle | undefined = await named(path, () => open(partial, "wx"));
  const close = async () => {
    const open = file;
    file = undefined;
    await open?.close();
  };
  return {
    // `writeFile` of a handle goes on where the last one ended, and writes everything or throws.
    write: (data) => named(path, async () => await file?.writeFile(data)),
    commit: () =>
      named(path, async () => {
        await file?.sync();
        await close();
        await rename(partial, path);
      }),
    async discard() {
      await close();
      await rm(partial, { force: true });
    },
  };
}

/**
 * Writes a file so that its path never holds half of it: a file beside it is written, flushed to disk
 * and moved in place.
 */
export async function writeDurably(path: string, data: string | Uint8Array): Promise<void> {
  const file = await durableFile(path);
  try {
    await file.write(data);
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/**
 * Writes files that belong together, for a folder that only one command writes into: all of them, then all into
 * their places, so that a kill does not leave some new beside some old but for the moment of moving. What
 * an earlier kill has left half written of them is removed.
 */
export async function writeAllDurably(
  contents: ReadonlyMap<string, string | Uint8Array>,
): Promise<void> {
  const files: DurableFile[] = [];
  try {
    for (const [path, data] of contents) {
      clearLeftoversOf(path);
      const file = await durableFile(path);
      files.push(file);
      await file.write(data);
    }
    for (const file of files) await file.commit();
  } finally {
    for (const file of files) await file.discard();
  }
}
