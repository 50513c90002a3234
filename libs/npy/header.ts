/**
 * The header of an NPY file, versions 1 to 3: magic, version, length, a Python dictionary as text.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { type ElementType, elementType, KNOWN_TYPES } from "./element_type.ts";
import { NpyError } from "./npy_error.ts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Bytes from the file's start to the dictionary, at most. */
export const PREFIX_BYTES = 12;

/** What a header says. */
export interface NpyHeader {
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** Whether the first index runs fastest (Fortran's order), not the last (C's). */
  readonly firstIndexFastest: boolean;
  /** Byte at which the numbers begin. */
  readonly offset: number;
}

/** The header of a float64 file in C order, a multiple of 64 bytes long. */
export function formatHeader(shape: readonly number[]): Uint8Array {
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
 * Where the dictionary stands.
 *
 * @param prefix The file's first {@link PREFIX_BYTES} bytes, or all of a shorter file.
 * @throws {NpyError} if it is no NPY file of versions 1 to 3.
 */
export function dictionarySpan(prefix: Uint8Array, path: string): { start: number; end: number } {
  if (prefix.length < MAGIC.length + 4 || MAGIC.some((byte, i) => byte !== prefix[i])) {
    throw new NpyError(path, "it does not begin as one");
  }
  const version = prefix[6];
  if (version < 1 || version > 3) throw new NpyError(path, `its version is ${version}, not 1 to 3`);
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const start = version === 1 ? 10 : 12;
  if (prefix.length < start) throw new NpyError(path, "it ends within its header");
  return {
    start,
    end: start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)),
  };
}

/**
 * Reads the dictionary.
 *
 * @param dictionary Its bytes.
 * @param offset Where the numbers begin.
 * @throws {NpyError} naming what is not understood.
 */
export function parseDictionary(dictionary: Uint8Array, offset: number, path: string): NpyHeader {
  const text = new TextDecoder().decode(dictionary);
  const refuse = (why: string): never => {
    throw new NpyError(path, why);
  };
  const value = (key: string, pattern: string) =>
    new RegExp(`['"]${key}['"]\\s*:\\s*${pattern}`).exec(text)?.[1];
  const descr = value("descr", `['"]([^'"]*)['"]`) ??
    refuse("its header names no type, or a structured one");
  const type = elementType(descr) ??
    refuse(`its type '${descr}' is none of ${KNOWN_TYPES}; save array.astype(numpy.float64)`);
  const order = value("fortran_order", "(True|False)") ?? refuse("its header names no order");
  const parts = (value("shape", "\\(([^)]*)\\)") ?? refuse("its header names no shape"))
    .split(",").map((part) => part.trim());
  // A trailing comma leaves an empty part.
  if (parts.at(-1) === "") parts.pop();
  const shape = parts.map((part) =>
    /^\d+L?$/.test(part) ? parseInt(part) : refuse(`its shape holds "${part}"`)
  );
  return { shape, type, firstIndexFastest: order === "True", offset };
}
