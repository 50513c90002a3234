import { readFileSync } from "node:fs";
import { unreadableFile, UserError } from "@spiediff/command-line";

/** An array of numbers from a file. */
export interface NumberArray {
  /** Rows and columns, or more. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float64Array;
}

/**
 * Reads an array of numbers: NumPy's NPY (`.npy`), or text with one row a line (anything else).
 *
 * @throws {UserError} naming the file and what is wrong with it.
 */
export function readArray(path: string): NumberArray {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
  return /\.npy$/i.test(path)
    ? parseNpy(bytes, path)
    : parseRows(new TextDecoder().decode(bytes), path);
}

const MAGIC = [0x93, ...new TextEncoder().encode("NUMPY")];

type Reader = (view: DataView, at: number) => number;

/** Element types by NumPy's letters; all but one-byte ones in either byte order. */
function readerOf(descr: string): { size: number; read: Reader } | undefined {
  const little = descr[0] !== ">";
  const readers: Record<string, [number, Reader]> = {
    b1: [1, (v, at) => v.getUint8(at)],
    u1: [1, (v, at) => v.getUint8(at)],
    i1: [1, (v, at) => v.getInt8(at)],
    u2: [2, (v, at) => v.getUint16(at, little)],
    i2: [2, (v, at) => v.getInt16(at, little)],
    u4: [4, (v, at) => v.getUint32(at, little)],
    i4: [4, (v, at) => v.getInt32(at, little)],
    u8: [8, (v, at) => Number(v.getBigUint64(at, little))],
    i8: [8, (v, at) => Number(v.getBigInt64(at, little))],
    f4: [4, (v, at) => v.getFloat32(at, little)],
    f8: [8, (v, at) => v.getFloat64(at, little)],
  };
  const found = readers[descr.replace(/^[<>|=]/, "")];
  return found && { size: found[0], read: found[1] };
}

/** NPY, versions 1 to 3: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
export function parseNpy(bytes: Uint8Array, source: string): NumberArray {
  const refuse = (what: string): never => {
    throw new UserError(`${source} is not a usable NPY file: ${what}.`);
  };
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    refuse("it has no NPY header");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = bytes[6] >= 2;
  const start = long ? 12 : 10;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? refuse("its type is structured");
  const shapeText = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1] ?? refuse("it has no shape");
  if (/'fortran_order':\s*True/.test(header)) {
    refuse("its order is Fortran's; save numpy.ascontiguousarray(array)");
  }
  const { size, read } = readerOf(descr) ?? refuse(`its type ${descr} is no plain number`);
  const shape = shapeText.split(",").map((part) => part.trim()).filter(Boolean).map(Number);
  const count = shape.reduce((product, n) => product * n, 1);
  const from = start + length;
  if (bytes.length - from !== count * size) {
    refuse(`it holds ${bytes.length - from} bytes of data, not ${count * size}`);
  }
  return {
    shape,
    values: Float64Array.from({ length: count }, (_, i) => read(view, from + i * size)),
  };
}

/** Rows of numbers with commas, semicolons or blanks between; # comments and one header line. */
export function parseRows(text: string, source: string): NumberArray {
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
  return { shape: [rows.length, rows[0].length], values: Float64Array.from(rows.flat()) };
}
