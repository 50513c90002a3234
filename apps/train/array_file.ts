import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { unreadableFile } from "@spiediff/command-line";
import { ConfigError } from "@spiediff/experiment";
import { binaryKind, decodeText, parseNumberTable } from "@spiediff/user-text";
import { NpyError, type NpyReader, openNpyReader } from "@spiediff/npy";

/** An array of numbers in a file; rows are read as they are asked for. */
export type ArrayReader = Pick<NpyReader, "shape" | "read" | "close">;

/**
 * Opens an array of numbers: NumPy's NPY (`.npy`), or text with one row a line (anything else).
 *
 * @throws {UserError} naming the file that cannot be read; {ConfigError} the line and column that is wrong;
 * {NpyError}.
 */
export function openArray(path: string): ArrayReader {
  try {
    if (!/\.npy$/i.test(path)) return parseRows(decodeText(readFileSync(path), path), path);
    return openNpyReader(path);
  } catch (cause) {
    if (cause instanceof NpyError) throw renamedFile(path) ?? cause;
    throw cause instanceof ConfigError ? cause : unreadableFile(path, cause);
  }
}

/** What is to be said of a file that only its name calls NPY. */
function renamedFile(path: string): ConfigError | undefined {
  const start = firstBytes(path, 64);
  const kind = binaryKind(start);
  if (kind?.startsWith("NumPy's NPY")) return undefined;
  if (kind !== undefined) return new ConfigError(`${path} is not NPY, but ${kind}.`);
  // deno-lint-ignore no-control-regex
  const isText = start.length > 0 && /^[\x09-\x0d\x20-\x7e]*$/.test(String.fromCharCode(...start));
  return isText
    ? new ConfigError(`${path} is not NPY, but text; give it a name that ends with .csv.`)
    : undefined;
}

function firstBytes(path: string, count: number): Uint8Array {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(count);
    return bytes.subarray(0, readSync(file, bytes, 0, count, 0));
  } finally {
    closeSync(file);
  }
}

/**
 * Rows of numbers as text.
 *
 * @throws {ConfigError} naming line and column of what is wrong; a column that counts the rows.
 */
export function parseRows(text: string, source: string): ArrayReader {
  const { columns, values, lines } = parseNumberTable(text, source);
  const rows = lines.length;
  const index = [0, columns - 1].find((column) => isIndexColumn(values, rows, columns, column));
  if (index !== undefined) {
    throw new ConfigError(
      `${source}, line ${lines[0]}, column ${index + 1}: this column counts the rows; leave it ` +
        `out (index=False in pandas).`,
    );
  }
  return {
    shape: [rows, columns],
    read: (first, count) => values.slice(first * columns, (first + count) * columns),
    close() {},
  };
}

/** Whether a column counts whole numbers up by one over at least three rows of other numbers. */
function isIndexColumn(
  values: Float64Array,
  rows: number,
  columns: number,
  column: number,
): boolean {
  const first = values[column];
  if (rows < 3 || columns < 2 || !Number.isInteger(first)) return false;
  for (let r = 1; r < rows; r++) if (values[r * columns + column] !== first + r) return false;
  return values.some((value) => !Number.isInteger(value));
}
