import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Version of the code, the same as in package.json (a test compares them). */
export const VERSION = "0.1.0";

/** Name, version and, inside a git checkout, commit: what artifacts carry of their origin. */
export function codeIdentity(): { name: string; version: string; commit: string | null } {
  const folder = fileURLToPath(new URL("../..", import.meta.url));
  return { name: "spiediff", version: VERSION, commit: commitOf(folder) };
}

/**
 * Commit of a checkout, from git's own files: a machine that only computes may have no git, and must come to
 * the same answer. Null if there is no checkout: the version has to do.
 */
function commitOf(folder: string): string | null {
  try {
    const git = gitFolder(join(folder, ".git"));
    const head = read(join(git, "HEAD"));
    if (!head.startsWith("ref: ")) return head;
    const ref = head.slice("ref: ".length);
    // A worktree of its own keeps its HEAD, and shares the rest.
    const shared = existsSync(join(git, "commondir"))
      ? resolve(git, read(join(git, "commondir")))
      : git;
    if (existsSync(join(shared, ref))) return read(join(shared, ref));
    const packed = read(join(shared, "packed-refs")).split("\n");
    return packed.find((line) => line.endsWith(` ${ref}`))?.split(" ")[0] ?? null;
  } catch {
    return null;
  }
}

/** `.git` itself or, in a further worktree, what it points to. */
function gitFolder(path: string): string {
  return statSync(path).isDirectory()
    ? path
    : resolve(dirname(path), read(path).slice("gitdir: ".length));
}

const read = (path: string) => readFileSync(path, "utf8").trim();
