import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { dictionarySpan, type NpyHeader, parseDictionary, PREFIX_BYTES } from "./header.ts";
import type { ElementType } from "./element_type.ts";
import { NpyError } from "./npy_error.ts";

/** An open NPY file. */
export interface NpyReader {
  readonly shape: readonly number[];
  /** NumPy's name of the numbers' type without the byte order, `"f8"`. */
  readonly type: string;
  /**
   * Rows `[count, ...shape.slice(1)]` along the first axis, from `first` on; nothing else is read.
   *
   * @throws {RangeError} if the file has no such rows; {NpyError} at an integer that no float64 holds.
   */
  read(first: number, count: number): Float64Array;
  close(): void;
}

/**
 * Opens an NPY file of plain numbers, in C's or Fortran's order, in either byte order.
 *
 * @throws {NpyError} saying what is wrong with the file; the system's error if it cannot be opened.
 */
export function openNpyReader(path: string): NpyReader {
  const file = openSync(path, "r");
  try {
    const size = fstatSync(file).size;
    const header = readHeader(file, size, path);
    checkSize(header, size, path);
    return rowsOf(file, header, path);
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** The whole of an NPY file; see {@link openNpyReader}. */
export function readNpy(path: string): { shape: readonly number[]; values: Float64Array } {
  const reader = openNpyReader(path);
  try {
    return { shape: reader.shape, values: reader.read(0, reader.shape[0] ?? 1) };
  } finally {
    reader.close();
  }
}

function readHeader(file: number, size: number, path: string): NpyHeader {
  const { start, end } = dictionarySpan(bytesAt(file, 0, Math.min(size, PREFIX_BYTES)), path);
  if (end > size) throw new NpyError(path, "it ends within its header");
  return parseDictionary(bytesAt(file, start, end - start), end, path);
}

/** Before anything is allocated for it. */
function checkSize({ shape, type, offset }: NpyHeader, size: number, path: string): void {
  const needed = product(shape) * type.size;
  const there = size - offset;
  if (needed !== there) {
    const verdict = there < needed ? "it ends early" : "it goes on after its numbers";
    throw new NpyError(
      path,
      `${verdict}: ${there} bytes where its shape (${shape.join(", ")}) needs ${needed}`,
    );
  }
}

function rowsOf(file: number, header: NpyHeader, path: string): NpyReader {
  const { shape, type } = header;
  const rows = shape[0] ?? 1;
  return {
    shape,
    type: type.name,
    read(first, count) {
      if (first < 0 || count < 0 || first + count > rows) {
        throw new RangeError(
          `${path} has ${rows} rows; ${count} from row ${first} on are not there.`,
        );
      }
      const values = (header.firstIndexFastest ? stridedRows : adjacentRows)(
        file,
        header,
        first,
        count,
      );
      if (/^[ui]8$/.test(type.name) && values.some(Number.isNaN)) {
        throw new NpyError(path, "it holds an integer beyond 2^53, which no float64 holds");
      }
      return values;
    },
    close: () => closeSync(file),
  };
}

/** Rows that stand one behind the other: C's order. */
function adjacentRows(
  file: number,
  { shape, type, offset }: NpyHeader,
  first: number,
  count: number,
): Float64Array {
  const row = product(shape.slice(1));
  return numbersAt(file, type, offset + first * row * type.size, count * row);
}

/** Rows whose numbers stand as far apart as there are rows: Fortran's order. */
function stridedRows(
  file: number,
  { shape, type, offset }: NpyHeader,
  first: number,
  count: number,
): Float64Array {
  const [rows = 1, ...rest] = shape;
  const row = product(rest);
  const values = new Float64Array(count * row);
  const index = rest.map(() => 0);
  for (let k = 0; k < row; k++) {
    const at = index.reduce((place, i, axis) => place * rest[axis] + i, 0);
    numbersAt(file, type, offset + (k * rows + first) * type.size, count)
      .forEach((value, r) => values[r * row + at] = value);
    // The first of the other indices runs fastest.
    for (let axis = 0; axis < rest.length && ++index[axis] === rest[axis]; axis++) index[axis] = 0;
  }
  return values;
}

function numbersAt(
  file: number,
  { size, read }: ElementType,
  position: number,
  count: number,
): Float64Array {
  const view = new DataView(bytesAt(file, position, count * size).buffer);
  return Float64Array.from({ length: count }, (_, i) => read(view, i * size));
}

const product = (factors: readonly number[]) => factors.reduce((a, b) => a * b, 1);

/** Exactly that many bytes; a read may return fewer than asked for. */
function bytesAt(file: number, position: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const read = readSync(file, bytes, done, length - done, position + done);
    if (read === 0) throw new Error("A file became shorter while it was read.");
    done += read;
  }
  return bytes;
}
