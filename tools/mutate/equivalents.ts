/** Mutants that change nothing that anybody can observe, each with its argument. */
import type { Mutant } from "./mutations.ts";

/** An entry of equivalents.json. */
export interface Equivalent {
  readonly path: string;
  /** The line's text without its indentation, so that the entry outlives moves within the file. */
  readonly source: string;
  readonly before: string;
  readonly after: string;
  readonly why: string;
}

/** The entry that speaks of this mutant. */
export function equivalentOf(
  mutant: Mutant,
  source: string,
  list: readonly Equivalent[],
): Equivalent | undefined {
  const line = source.split("\n")[mutant.line - 1].trim();
  return list.find((one) =>
    one.path === mutant.path && one.source === line && one.before === mutant.before &&
    one.after === mutant.after
  );
}

/** @throws {RangeError} if an entry lacks its argument. */
export function readEquivalents(path: string): Equivalent[] {
  const list = JSON.parse(Deno.readTextFileSync(path)) as Equivalent[];
  for (const { path: file, source, why } of list) {
    if (!why?.trim()) {
      throw new RangeError(`equivalents.json gives no "why" for "${source}" in ${file}.`);
    }
  }
  return list;
}
