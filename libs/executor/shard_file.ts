/**
 * The file of one shard: a line of text that says whose shard it is, and its bytes. It holds nothing but
 * what plan and number decide, no times and no names of machines: made anywhere, it is the same file.
 *
 * ```
 * spiediff-shard 1 {"work":…,"config":…,"code":…,"shards":…,"shard":…,"bytes":…,"sha256":…} CHECK\n
 * payload
 * ```
 *
 * `sha256` is that of the payload, `CHECK` the first 16 digits of that of the JSON text.
 */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { type Plan, ShardError } from "./types.ts";

const FORMAT = "spiediff-shard 1";
/** No header is longer, and none is read further. */
const LONGEST_HEADER = 4096;

/** A header with the place of its payload in the file. */
export interface ShardEntry extends Plan {
  readonly shard: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Offset of the payload in its file. */
  readonly at: number;
}

export const sha256Of = (data: Uint8Array | string): string =>
  createHash("sha256").update(data).digest("hex");

/** The header line of a payload. */
export function shardHeader(plan: Plan, shard: number, payload: Uint8Array): string {
  const { work, config, code, shards } = plan;
  const bytes = payload.length;
  const json = JSON.stringify({
    ...{ work, config, code, shards, shard, bytes },
    sha256: sha256Of(payload),
  });
  return `${FORMAT} ${json} ${sha256Of(json).slice(0, 16)}\n`;
}

/**
 * The entry that begins at an offset of a file.
 *
 * @throws {ShardError} if there is no whole entry: its reason, to be read after "PATH ".
 */
export async function readEntry(file: FileHandle, offset: number): Promise<ShardEntry> {
  const start = new Uint8Array(LONGEST_HEADER);
  const { bytesRead } = await file.read(start, 0, LONGEST_HEADER, offset);
  if (bytesRead === 0) throw new ShardError("is empty");
  const text = new TextDecoder().decode(start.subarray(0, bytesRead));
  if (!FORMAT.startsWith(text.slice(0, FORMAT.length))) {
    throw new ShardError(`is no shard of format "${FORMAT}"`);
  }
  const end = start.subarray(0, bytesRead).indexOf(10);
  if (end < 0) throw new ShardError("is cut short in its header");
  const line = new TextDecoder().decode(start.subarray(0, end));
  const [, json, check] = /^spiediff-shard 1 (\{.*\}) ([0-9a-f]{16})$/.exec(line) ?? [];
  if (json === undefined || sha256Of(json).slice(0, 16) !== check) {
    throw new ShardError("has a damaged header");
  }
  const entry: ShardEntry = { ...JSON.parse(json), at: offset + end + 1 };
  const { size } = await file.stat();
  const missing = entry.at + entry.bytes - size;
  if (missing > 0) throw new ShardError(`is cut short by ${missing} bytes`);
  return entry;
}

/** @throws {ShardError} if an entry is not of this plan; `shard` too, where it is given. */
export function checkEntry(entry: ShardEntry, plan: Plan, shard?: number): void {
  const refuse = (what: string) => {
    throw new ShardError(what);
  };
  if (entry.work !== plan.work) refuse(`is of the work "${entry.work}", not "${plan.work}"`);
  if (entry.config !== plan.config) {
    refuse(`is of another configuration (${entry.config.slice(0, 12)}…)`);
  }
  if (entry.code !== plan.code) refuse(`was made by ${entry.code}, not ${plan.code}`);
  if (entry.shards !== plan.shards) refuse(`is one of ${entry.shards} shards, not ${plan.shards}`);
  if (shard !== undefined && entry.shard !== shard) refuse(`holds shard ${entry.shard}`);
}

/** Memory that payloads are read into, one after another; grows to the largest. */
export interface Room {
  bytes: Uint8Array;
}

/**
 * The payload of an entry.
 *
 * @param room What it is read into: the payload is gone when the next one is read.
 * @throws {ShardError} if it does not have its hash.
 */
export async function readPayload(
  file: FileHandle,
  entry: ShardEntry,
  room?: Room,
): Promise<Uint8Array> {
  const own = room ?? { bytes: new Uint8Array(0) };
  if (own.bytes.length < entry.bytes) own.bytes = new Uint8Array(entry.bytes);
  const payload = own.bytes.subarray(0, entry.bytes);
  for (let done = 0; done < payload.length;) {
    const { bytesRead } = await file.read(
      payload,
      done,
      payload.length - done,
      entry.at + done,
    );
    if (bytesRead === 0) throw new ShardError("is cut short");
    done += bytesRead;
  }
  if (sha256Of(payload) !== entry.sha256) throw new ShardError("does not have its SHA-256");
  return payload;
}

/** Runs something on an open file. */
export async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, "r");
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
