/**
 * What of an ensemble is done, on disk: survives a kill at any moment (docs/formats.md).
 *
 * A file is one header line, which names the format and the fingerprint of what is computed, and entries:
 * 8 bytes of checksum, index and length (uint32, little-endian), then float64 values. An entry that was cut
 * short by a kill fails its checksum and is computed again.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Job } from "./job.ts";

const FORMAT = "spiediff-checkpoint 3";
const ENTRY_HEADER = 16;

/** Entries of a file opened for more. */
export interface Checkpoint {
  /** Those that were there, by index. */
  readonly entries: ReadonlyMap<number, Float64Array>;
  /** Adds one, durably. */
  append(index: number, values: Float64Array): void;
  close(): void;
}

/** Hash of all that decides an ensemble's numbers: the job, arrays by their bytes. */
export function fingerprintOf(job: Job<unknown>): string {
  const text = JSON.stringify(
    job,
    (_, value) => ArrayBuffer.isView(value) ? { sha256: hashOf(value) } : value,
  );
  return createHash("sha256").update(text).digest("hex");
}

const hashOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  createHash("sha256").update(new Uint8Array(buffer, byteOffset, byteLength)).digest("hex");

/**
 * Opens a checkpoint, or begins one.
 *
 * @throws {Error} if the file is no checkpoint, or one of another ensemble.
 */
export function openCheckpoint(path: string, fingerprint: string): Checkpoint {
  const { entries, end } = readEntries(path, fingerprint);
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, end === 0 ? "w" : "r+");
  let at = end;
  if (end === 0) at = writeSync(file, headerOf(fingerprint));
  else ftruncateSync(file, end);
  fsyncSync(file);
  return {
    entries,
    append(index, values) {
      const entry = encode(index, values);
      writeSync(file, entry, 0, entry.length, at);
      fsyncSync(file);
      at += entry.length;
    },
    close: () => closeSync(file),
  };
}

/** The one entry of a file written by {@link replaceEntry}; `undefined` if there is none. */
export function readEntry(
  path: string,
  fingerprint: string,
): { index: number; values: Float64Array } | undefined {
  for (const [index, values] of readEntries(path, fingerprint).entries) return { index, values };
  return undefined;
}

/** Writes a file of one entry in place of what was there: whole or not at all. */
export function replaceEntry(
  path: string,
  fingerprint: string,
  index: number,
  values: Float64Array,
): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  const file = openSync(partial, "w");
  try {
    writeSync(file, headerOf(fingerprint));
    writeSync(file, encode(index, values));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
}

const headerOf = (fingerprint: string) => new TextEncoder().encode(`${FORMAT} ${fingerprint}\n`);

function encode(index: number, values: Float64Array): Uint8Array {
  const entry = new Uint8Array(ENTRY_HEADER + values.byteLength);
  const view = new DataView(entry.buffer);
  view.setUint32(8, index, true);
  view.setUint32(12, values.length, true);
  entry.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), ENTRY_HEADER);
  entry.set(checksum(entry.subarray(8)));
  return entry;
}

const checksum = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest().subarray(0, 8);

function readEntries(path: string, fingerprint: string) {
  const entries = new Map<number, Float64Array>();
  if (!existsSync(path)) return { entries, end: 0 };
  const bytes = new Uint8Array(readFileSync(path));
  const header = headerOf(fingerprint);
  const found = new TextDecoder().decode(bytes.subarray(0, header.length));
  if (found !== new TextDecoder().decode(header)) {
    // A kill before the first line was whole leaves a part of this very header.
    if (new TextDecoder().decode(header).startsWith(found)) return { entries, end: 0 };
    throw new Error(
      found.startsWith(FORMAT)
        ? `The checkpoint ${path} belongs to another ensemble: remove it or name another file.`
        : `The file ${path} is not a checkpoint of format "${FORMAT}".`,
    );
  }
  let at = header.length;
  while (at + ENTRY_HEADER <= bytes.length) {
    const view = new DataView(bytes.buffer, at);
    const end = at + ENTRY_HEADER + 8 * view.getUint32(12, true);
    if (end > bytes.length) break;
    const sum = checksum(bytes.subarray(at + 8, end));
    if (!sum.every((byte, i) => byte === bytes[at + i])) break;
    const values = new Float64Array(bytes.slice(at + ENTRY_HEADER, end).buffer);
    entries.set(view.getUint32(8, true), values);
    at = end;
  }
  return { entries, end: at };
}
