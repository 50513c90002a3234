import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { formatHeader } from "./header.ts";

/** A float64 file of known shape being filled, in any order. */
export interface NpyWriter {
  /** Writes the rows (along the first axis) from `row` on, durably. */
  write(row: number, values: Float64Array): void;
  close(): void;
}

/**
 * Opens a float64 file of that shape, C order, for filling; what an earlier, interrupted run has written
 * stays. One header, then the numbers: each row has a fixed place, and `numpy.load(path, mmap_mode="r")`
 * opens the file without reading it.
 *
 * @throws {Error} if the file holds something else.
 */
export function openNpyWriter(path: string, shape: readonly number[]): NpyWriter {
  mkdirSync(dirname(path), { recursive: true });
  const header = formatHeader(shape);
  const file = openSync(path, "a+");
  const there = new Uint8Array(header.length);
  const length = Math.min(fstatSync(file).size, header.length);
  if (length > 0) readSync(file, there, 0, length, 0);
  closeSync(file);
  if (!there.subarray(0, length).every((byte, i) => byte === header[i])) {
    throw new Error(
      `The file ${path} is not an NPY file of float64 and shape (${
        shape.join(", ")
      }): remove it or name another.`,
    );
  }
  const filled = openSync(path, "r+");
  writeSync(filled, header, 0, header.length, 0);
  const row = 8 * shape.slice(1).reduce((a, b) => a * b, 1);
  return {
    write(first, values) {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      writeSync(filled, bytes, 0, bytes.length, header.length + first * row);
      fsyncSync(filled);
    },
    close: () => closeSync(filled),
  };
}
