/** Names of files with `*` in them. */
import { readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { unreadableFile, UserError } from "@spiediff/command-line";

/** A run of particles: one file, or several that continue one another. */
export interface RunFiles {
  /** As messages call it. */
  readonly name: string;
  readonly paths: readonly string[];
}

/**
 * The runs that a description's entries name, in the order of the numbers in their names.
 *
 * @param folder Relative names start here.
 * @throws {UserError} naming the entry that no file fits.
 */
export function runsOf(
  entries: readonly (string | readonly string[])[],
  folder: string,
): RunFiles[] {
  return entries.flatMap((entry): RunFiles[] => {
    if (typeof entry === "string") {
      return expanded(entry, folder).map((path) => ({ name: path, paths: [path] }));
    }
    const paths = entry.flatMap((one) => expanded(one, folder));
    return [{ name: resolve(folder, entry[0]), paths }];
  });
}

function expanded(entry: string, folder: string): string[] {
  const path = resolve(folder, entry);
  const pattern = basename(path);
  if (!pattern.includes("*")) return [path];
  const within = dirname(path);
  if (within.includes("*")) throw new UserError(`${entry}: * may stand in a file's name only.`);
  const quoted = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const fits = new RegExp(`^${quoted.join(".*")}$`);
  const names = namesIn(within).filter((name) => fits.test(name));
  if (names.length === 0) throw new UserError(`No file in ${within} fits ${pattern}.`);
  return names.sort(byNumbers).map((name) => join(within, name));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw unreadableFile(folder, cause);
  }
}

/** `step.200` after `step.40`. */
const byNumbers = new Intl.Collator("en", { numeric: true }).compare;
