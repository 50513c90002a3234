/** From a file's bytes to its text, whichever encoding it has. */
import { ConfigError } from "./config_error.ts";

const PICKLE = "Python's pickle; write each array by numpy.save as NPY";
/** First bytes of files that are no text, and what to do about each. */
const BINARY: readonly (readonly [string, string])[] = [
  ["504b0304", "an archive (NPZ, ZIP or a spreadsheet); write each array by numpy.save as NPY"],
  ["504b0506", "an empty archive (NPZ or ZIP); write each array by numpy.save as NPY"],
  ["934e554d5059", "NumPy's NPY; give it a name that ends with .npy"],
  ["1f8b", "compressed by gzip; unpack it first"],
  ["894844460d0a1a0a", "HDF5; write each array by numpy.save as NPY"],
  ["4d41544c4142", "a MATLAB file; write each array by numpy.save as NPY"],
  ["50415231", "Parquet; write each array by numpy.save as NPY"],
  ["434446", "NetCDF; write each array by numpy.save as NPY"],
  ["d0cf11e0a1b11ae1", "an old spreadsheet; save it as CSV"],
  ["425a68", "compressed by bzip2; unpack it first"],
  ["fd377a585a", "compressed by xz; unpack it first"],
  ["28b52ffd", "compressed by Zstandard; unpack it first"],
  ["8002", PICKLE],
  ["8003", PICKLE],
  ["8004", PICKLE],
  ["8005", PICKLE],
  ["25504446", "a PDF document"],
  ["89504e47", "a picture"],
];

/** What a file is by its first bytes, where it is known and no text; with what to do about it. */
export function binaryKind(bytes: Uint8Array): string | undefined {
  const start = hex(bytes);
  return BINARY.find(([magic]) => start.startsWith(magic))?.[1];
}

const hex = (bytes: Uint8Array) =>
  Array.from(bytes.subarray(0, 8), (b) => b.toString(16).padStart(2, "0")).join("");

/**
 * Text in UTF-8 or UTF-16, with or without a byte-order mark.
 *
 * @throws {ConfigError} naming the kind of a file that is no text.
 */
export function decodeText(bytes: Uint8Array, source: string): string {
  const kind = binaryKind(bytes);
  if (kind !== undefined) throw new ConfigError(`${source} is not text, but ${kind}.`);
  const start = hex(bytes);
  const encoding = start.startsWith("fffe") || (bytes[0] !== 0 && bytes[1] === 0)
    ? "utf-16le"
    : start.startsWith("feff") || (bytes[0] === 0 && bytes.length > 1)
    ? "utf-16be"
    : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch { /* said below */ }
  throw new ConfigError(`${source} is neither UTF-8 nor UTF-16 text; save it as UTF-8.`);
}
