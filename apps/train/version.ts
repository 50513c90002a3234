import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Version of the code, the same as in package.json (a test compares them). */
export const VERSION = "0.1.0";

/** Name, version and, inside a git checkout, commit: what artifacts carry of their origin. */
export function codeIdentity(): { name: string; version: string; commit: string | null } {
  let commit: string | null = null;
  try {
    commit = execFileSync("git", ["rev-parse", "HEAD"], {
      cwd: dirname(fileURLToPath(import.meta.url)),
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
    }).trim();
  } catch { /* Not a checkout, or no git: the version has to do. */ }
  return { name: "spiediff", version: VERSION, commit };
}
