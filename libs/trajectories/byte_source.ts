import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import { TrajectoryError } from "./trajectory_error.ts";

const CHUNK = 1 << 20;

/**
 * The bytes of a file, each part valid until the next is asked for; unpacked where it is gzip or Zstandard (by its
 * first bytes, whatever its name).
 *
 * @throws {TrajectoryError} if the packed data end early or are damaged; the system's error if the file
 * cannot be read.
 */
export async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const packing = packingOf(path);
  if (packing === "bzip2" || packing === "xz") {
    throw new TrajectoryError(path, `it is packed by ${packing}; gzip and zstd are read`);
  }
  if (packing === "plain") yield* plainBytes(path);
  else yield* packing === "gzip" ? gunzipped(path) : unzstd(path);
}

const MAGIC = [
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
] as const;

function packingOf(path: string): (typeof MAGIC)[number][0] | "plain" {
  const file = openSync(path, "r");
  try {
    const first = new Uint8Array(6);
    readSync(file, first, 0, first.length, 0);
    return MAGIC.find(([, magic]) => magic.every((byte, i) => first[i] === byte))?.[0] ?? "plain";
  } finally {
    closeSync(file);
  }
}

async function* plainBytes(path: string): AsyncGenerator<Uint8Array> {
  const file = openSync(path, "r");
  const chunk = new Uint8Array(CHUNK);
  try {
    for (;;) {
      const length = readSync(file, chunk, 0, CHUNK, null);
      if (length === 0) return;
      yield chunk.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

async function* gunzipped(path: string): AsyncGenerator<Uint8Array> {
  const input = createReadStream(path, { highWaterMark: CHUNK });
  const output = createGunzip({ chunkSize: CHUNK });
  // Its errors come out of the loop below.
  pipeline(input, output, () => {});
  try {
    for await (const chunk of output) yield chunk as Uint8Array;
  } catch (cause) {
    throw damaged(path, cause);
  } finally {
    input.destroy();
    output.destroy();
  }
}

/** Packed bytes that are unpacked at a time. Zeros may grow by a thousand times. */
const PACKED = 1 << 16;

/** By fzstd: Deno's own takes the first of several frames for all, and a cut for the end. */
async function* unzstd(path: string): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const unpacker = new Decompress((chunk) => ready.push(chunk));
  const unpack = (chunk: Uint8Array, isLast: boolean) => {
    try {
      unpacker.push(chunk, isLast);
    } catch (cause) {
      throw damaged(path, cause);
    }
  };
  for await (const chunk of plainBytes(path)) {
    for (let at = 0; at < chunk.length; at += PACKED) {
      // The unpacker keeps what it cannot use yet.
      unpack(chunk.slice(at, at + PACKED), false);
      yield* ready;
      ready = [];
    }
  }
  unpack(new Uint8Array(0), true);
  yield* ready;
}

function damaged(path: string, cause: unknown): TrajectoryError {
  const said = (cause as Error).message;
  return /unexpected (end of file|EOF)/i.test(said)
    ? new TrajectoryError(path, "its packed data end early", true)
    : new TrajectoryError(path, `its packed data are damaged (${said.replace(/\.$/, "")})`);
}
