import { readFileSync } from "node:fs";
import { unreadableFile, UserError } from "@spiediff/command-line";
import { NpyError, type NpyReader, openNpyReader } from "@spiediff/npy";

/** An array of numbers in a file; rows are read as they are asked for. */
export type ArrayReader = Pick<NpyReader, "shape" | "read" | "close">;

/**
 * Opens an array of numbers: NumPy's NPY (`.npy`), or text with one row a line (anything else).
 *
 * @throws {UserError} naming the file that cannot be read or the line that is wrong; {NpyError}.
 */
export function openArray(path: string): ArrayReader {
  try {
    return /\.npy$/i.test(path) ? openNpyReader(path) : parseRows(readFileSync(path, "utf8"), path);
  } catch (cause) {
    throw cause instanceof UserError || cause instanceof NpyError
      ? cause
      : unreadableFile(path, cause);
  }
}

/** Rows of numbers with commas, semicolons or blanks between; # comments and one header line. */
export function parseRows(text: string, source: string): ArrayReader {
  const rows: number[][] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    const plain = line.trim();
    if (plain === "" || plain.startsWith("#")) return;
    const cells = plain.split(/\s*[,;]\s*|\s+/);
    const row = cells.map(Number);
    const bad = row.findIndex((value) => !Number.isFinite(value));
    if (bad < 0 && cells.every((cell) => cell !== "")) {
      if (rows.length > 0 && row.length !== rows[0].length) {
        throw new UserError(
          `${source}, line ${i + 1} has ${row.length} values, but the lines before it have ` +
            `${rows[0].length}.`,
        );
      }
      rows.push(row);
    } else if (rows.length > 0 || !/[a-z]/i.test(plain)) {
      throw new UserError(
        `${source}, line ${i + 1}: ${JSON.stringify(cells[Math.max(bad, 0)])} is not a number.`,
      );
    }
  });
  if (rows.length === 0) throw new UserError(`${source} holds no numbers.`);
  return {
    shape: [rows.length, rows[0].length],
    read: (first, count) => Float64Array.from(rows.slice(first, first + count).flat()),
    close() {},
  };
}
