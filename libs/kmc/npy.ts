/**
 * Full records as NPY files: one header, then the numbers in C order, so that `numpy.load(path,
 * mmap_mode="r")` opens them without further packages, and a realization has a fixed place in the file.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** An array of any shape, C order. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float64Array | Float32Array | Uint8Array | Int32Array;
}

/** A float64 file of known shape being filled, in any order. */
export interface NpyWriter {
  /** Writes the rows (along the first axis) from `row` on, durably. */
  write(row: number, values: Float64Array): void;
  close(): void;
}

function headerOf(shape: readonly number[]): Uint8Array {
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const size = Math.ceil((MAGIC.length + 4 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(size).fill(0x20);
  bytes.set(MAGIC);
  bytes.set([1, 0, (size - 10) & 255, (size - 10) >> 8], MAGIC.length);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[size - 1] = 0x0a;
  return bytes;
}

/**
 * Opens a file of that shape for filling; what an earlier, interrupted run has written stays.
 *
 * @throws {Error} if the file holds something else.
 */
export function openNpy(path: string, shape: readonly number[]): NpyWriter {
  mkdirSync(dirname(path), { recursive: true });
  const header = headerOf(shape);
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

/**
 * Reads an NPY file of float64, float32, int32, uint8 or bool, C order.
 *
 * @throws {TypeError} naming the file and what is wrong with it.
 */
export function readNpy(path: string): NpyArray {
  const bytes = new Uint8Array(readFileSync(path));
  const refuse = (why: string) => new TypeError(`The file ${path} ${why}.`);
  if (bytes.length < 12 || !MAGIC.every((byte, i) => byte === bytes[i])) {
    throw refuse("is not an NPY file");
  }
  const view = new DataView(bytes.buffer);
  const wide = bytes[6] >= 2;
  const start = wide ? 12 : 10;
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder("latin1").decode(bytes.subarray(start, end));
  const descr = header.match(/'descr':\s*'([^']*)'/)?.[1];
  const shape = header.match(/'shape':\s*\(([^)]*)\)/)?.[1].split(",").map((s) => s.trim())
    .filter((s) => s !== "").map(Number);
  if (descr === undefined || shape === undefined || shape.some((n) => !Number.isInteger(n))) {
    throw refuse("has a header that cannot be read");
  }
  if (/'fortran_order':\s*True/.test(header)) throw refuse("is in Fortran order, not C order");
  const count = shape.reduce((a, b) => a * b, 1);
  const kinds: Record<string, (buffer: ArrayBuffer) => NpyArray["data"]> = {
    "<f8": (b) => new Float64Array(b),
    "<f4": (b) => new Float32Array(b),
    "<i4": (b) => new Int32Array(b),
    "|u1": (b) => new Uint8Array(b),
    "|b1": (b) => new Uint8Array(b),
  };
  const kind = kinds[descr];
  if (kind === undefined) {
    throw refuse(`holds '${descr}', not one of ${Object.keys(kinds).join(", ")}`);
  }
  const size = count * Number(descr[2]);
  if (bytes.length - end < size) {
    throw refuse(`ends early: ${bytes.length - end} bytes of numbers where ${size} belong`);
  }
  return { shape, data: kind(bytes.slice(end, end + size).buffer) };
}
