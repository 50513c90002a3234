/**
 * One file a profile of what simulations leave, inside of a run folder:
 *
 * ```
 * spiediff-record 2 {"fingerprint":…,"length":…,"head":{…}}\n
 * float64, little-endian: what every block leaves, then all of them, `length` numbers each
 * 32 bytes: SHA-256 of everything before
 * ```
 *
 * Written and read block by block: memory is that of one block, and no text holds an array.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { durableFile, unreadableFile, UserError } from "@spiediff/command-line";
import type { Experiment } from "@spiediff/experiment";
import { estimateFingerprint } from "./run_folder.ts";

const FOLDER = "records";
const FORMAT = "spiediff-record";
const VERSION = 2;
const HASH_BYTES = 32;
/** No header is longer, and none is read further. */
const LONGEST_HEADER = 1 << 16;

/** What blocks are of, as JSON; what else it holds is for those who made them. */
export interface RecordHead {
  readonly profileName: string;
}

/** What a file holds: a head, and arrays whose meaning the head tells. */
export interface PackedRecord<Head extends RecordHead = RecordHead> {
  readonly head: Head;
  readonly blocks: readonly Float64Array[];
  readonly total: Float64Array;
}

interface Header {
  readonly fingerprint: string;
  /** Numbers of one block. */
  readonly length: number;
  readonly head: RecordHead;
}

/** Path of a profile's record. */
export function recordPath(folder: string, profileName: string): string {
  return join(folder, FOLDER, `${profileName}.record`);
}

/** Where versions before binary records kept it, as JSON. */
const olderPath = (folder: string, profileName: string) =>
  join(folder, FOLDER, `${profileName}.json`);

/** A profile's record that is being written, block by block; nothing stands in its place before `commit`. */
export interface RecordFile {
  block(values: Float64Array): Promise<void>;
  commit(total: Float64Array): Promise<void>;
  discard(): Promise<void>;
}

/** Begins a profile's record. @param length Numbers of one block. */
export async function recordFile(
  folder: string,
  experiment: Experiment,
  head: RecordHead,
  length: number,
): Promise<RecordFile> {
  const file = await durableFile(recordPath(folder, head.profileName));
  const hash = createHash("sha256");
  const put = async (bytes: Uint8Array) => {
    hash.update(bytes);
    await file.write(bytes);
  };
  const block = ({ buffer, byteOffset, byteLength }: Float64Array) =>
    put(new Uint8Array(buffer, byteOffset, byteLength));
  try {
    const header: Header = {
      fingerprint: await estimateFingerprint(experiment, head.profileName),
      ...{ length, head },
    };
    const line = `${FORMAT} ${VERSION} ${JSON.stringify(header)}\n`;
    await put(new TextEncoder().encode(line));
  } catch (error) {
    await file.discard();
    throw error;
  }
  return {
    block,
    async commit(total) {
      await block(total);
      await file.write(new Uint8Array(hash.digest()));
      await file.commit();
      await rm(olderPath(folder, head.profileName), { force: true });
    },
    discard: () => file.discard(),
  };
}

/** Keeps one profile's record. */
export async function writePacked(
  folder: string,
  experiment: Experiment,
  { head, blocks, total }: PackedRecord,
): Promise<void> {
  const file = await recordFile(folder, experiment, head, total.length);
  try {
    for (const block of blocks) await file.block(block);
    await file.commit(total);
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/**
 * The record of a profile if the folder has it for this very experiment.
 *
 * @throws {UserError} if the file is there but damaged, cut short, foreign or of another format.
 */
export async function readPacked(
  folder: string,
  experiment: Experiment,
  profileName: string,
): Promise<PackedRecord | undefined> {
  const path = recordPath(folder, profileName), older = olderPath(folder, profileName);
  if (!existsSync(path)) {
    if (existsSync(older)) refuse(older, "is of an older format");
    return undefined;
  }
  const fingerprint = await estimateFingerprint(experiment, profileName);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
  try {
    const { header, bytes } = readHeader(file, path);
    if (header.fingerprint !== fingerprint) return undefined;
    return readBlocks(file, path, header, bytes);
  } finally {
    closeSync(file);
  }
}

function refuse(path: string, what: string): never {
  throw new UserError(`${path} ${what}; delete it and simulate (or import) again.`);
}

function readHeader(file: number, path: string): { header: Header; bytes: Uint8Array } {
  const start = new Uint8Array(LONGEST_HEADER);
  const found = start.subarray(0, readSync(file, start, 0, LONGEST_HEADER, 0));
  const end = found.indexOf(10) + 1;
  const bytes = found.subarray(0, end);
  const line = new TextDecoder().decode(end > 0 ? bytes : found.subarray(0, 32));
  const [, version, json] = /^spiediff-record (\d+) (\{.*\})\n$/.exec(line) ?? [];
  if (version !== undefined && version !== String(VERSION)) {
    refuse(path, `is of record format ${version}, not ${VERSION}`);
  }
  if (json === undefined) {
    refuse(path, line.startsWith(FORMAT) ? "has a damaged header" : "is no record of spiediff");
  }
  try {
    const header = JSON.parse(json) as Header;
    const { length, head } = header;
    if (Number.isInteger(length) && length > 0 && typeof head.profileName === "string") {
      return { header, bytes };
    }
  } catch {
    // Refused below, as any header that is not whole.
  }
  return refuse(path, "has a damaged header");
}

function readBlocks(
  file: number,
  path: string,
  { head, length }: Header,
  start: Uint8Array,
): PackedRecord {
  const parts = (fstatSync(file).size - start.length - HASH_BYTES) / (8 * length);
  if (!Number.isInteger(parts) || parts < 2) refuse(path, "is cut short");
  const hash = createHash("sha256").update(start);
  let at = start.length;
  const read = (bytes: Uint8Array) => {
    for (let done = 0, got; done < bytes.length; done += got, at += got) {
      got = readSync(file, bytes, done, bytes.length - done, at);
      if (got === 0) refuse(path, "is cut short");
    }
    return bytes;
  };
  const blocks = Array.from({ length: parts }, () => {
    const values = new Float64Array(length);
    hash.update(read(new Uint8Array(values.buffer)));
    return values;
  });
  if (!Buffer.from(read(new Uint8Array(HASH_BYTES))).equals(hash.digest())) {
    refuse(path, "is damaged");
  }
  const total = blocks.pop()!;
  return { head, blocks, total };
}
