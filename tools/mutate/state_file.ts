/** Verdicts so far, one JSON line each, so that a run that was cut off goes on. */
import { createHash } from "node:crypto";
import type { Verdict } from "./score.ts";

/** sha256 over the paths and bytes of all files that code or tests consist of. */
export function digestOf(root: string, paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths.filter((one) => !one.endsWith(".md"))) {
    const bytes = Deno.readFileSync(`${root}/${path}`);
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/**
 * Verdicts of the same sources and tests; a file of other ones is begun anew. A half-written last line is a
 * mutant that is asked again.
 */
export function takeUp(file: string, digest: string): Verdict[] {
  const lines = readLines(file);
  if (lines[0] === JSON.stringify({ digest })) {
    return lines.slice(1).flatMap((line) => {
      try {
        return [JSON.parse(line) as Verdict];
      } catch {
        return [];
      }
    });
  }
  Deno.mkdirSync(file.split("/").slice(0, -1).join("/") || ".", { recursive: true });
  Deno.writeTextFileSync(file, `${JSON.stringify({ digest })}\n`);
  return [];
}

/** Appends one verdict. */
export function keep(file: string, verdict: Verdict): void {
  Deno.writeTextFileSync(file, `\n${JSON.stringify(verdict)}\n`, { append: true });
}

function readLines(file: string): string[] {
  try {
    return Deno.readTextFileSync(file).split("\n").filter((line) => line !== "");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
