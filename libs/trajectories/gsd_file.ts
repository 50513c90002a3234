/** The container of GSD files, versions 1 and 2: named arrays of frames (gsd.readthedocs.io, file layer). */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { TrajectoryError } from "./trajectory_error.ts";

/** An array of one frame, as the index has it. */
export interface Chunk {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly location: number;
  readonly type: number;
}

export interface GsdFrame {
  readonly index: number;
  readonly chunks: ReadonlyMap<string, Chunk>;
}

const HEADER_BYTES = 256, ENTRY_BYTES = 32, NAME_BYTES = 64;
const MAGIC = 0x65df65df65df65dfn;
/** Entries of the index that are held at a time. */
const ENTRIES = 1 << 14;
/** Sizes of the types 1 to 10: unsigned and signed integers of 8 to 64 bits, floats of 32 and 64. */
const SIZES = [0, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8];

export class GsdFile {
  readonly path: string;
  readonly #file: number;
  readonly #size: number;
  readonly #names: readonly string[];
  readonly #index: { location: number; entries: number };

  /** @throws {TrajectoryError} if it is no GSD file of HOOMD's schema, or cut off. */
  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, "r");
    try {
      this.#size = fstatSync(this.#file).size;
      const head = this.#bytes(0, Math.min(HEADER_BYTES, this.#size));
      const begins = head.byteLength >= 8 && head.getBigUint64(0, true) === MAGIC;
      if (!begins) this.refuse("", "no GSD file begins like this");
      if (head.byteLength < HEADER_BYTES) this.refuse("", "its header is cut off", true);
      const version = head.getUint32(44, true) >>> 16;
      if (version !== 1 && version !== 2) {
        this.refuse("", `it is of GSD ${version}; 1 and 2 are read`);
      }
      const schema = textOf(head, 112, 64);
      if (schema !== "hoomd") {
        this.refuse("", `its schema is "${schema.slice(0, 40)}", not "hoomd"`);
      }
      this.#index = this.#range(head, 8, ENTRY_BYTES, "index");
      const list = this.#range(head, 24, NAME_BYTES, "list of names");
      this.#names = this.#readNames(list.location, list.entries, version);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  /** @throws {TrajectoryError} at a frame, or the file as a whole. */
  refuse(where: string, why: string, isCutOff = false): never {
    throw new TrajectoryError(where ? `${this.path}, ${where}` : this.path, why, isCutOff);
  }

  /** All frames in order; one that repeats the first has no chunks. Holds a part of the index at a time. */
  *frames(): Generator<GsdFrame> {
    let index = 0;
    let chunks = new Map<string, Chunk>();
    for (const { frame, chunk } of this.#entries()) {
      if (frame < index) {
        this.refuse(`frame ${index}`, `frame ${frame} stands behind it in the index`);
      }
      // No writer leaves gaps of this size, but a damaged number does.
      if (frame > index + 1e6) this.refuse(`frame ${index}`, `frame ${frame} follows it`);
      for (; index < frame; index++) {
        yield { index, chunks };
        chunks = new Map();
      }
      if (chunks.has(chunk.name)) this.refuse(`frame ${frame}`, `${chunk.name} stands twice`);
      chunks.set(chunk.name, chunk);
    }
    if (chunks.size > 0) yield { index, chunks };
  }

  *#entries(): Generator<{ frame: number; chunk: Chunk }> {
    const { location, entries } = this.#index;
    for (let first = 0; first < entries; first += ENTRIES) {
      const count = Math.min(ENTRIES, entries - first);
      const view = this.#bytes(location + first * ENTRY_BYTES, count * ENTRY_BYTES);
      for (let i = 0; i < count; i++) {
        const at = i * ENTRY_BYTES;
        // Entries that are allocated and not used yet have no place.
        if (view.getBigInt64(at + 16, true) === 0n) return;
        yield this.#entry(view, at);
      }
    }
  }

  #entry(view: DataView, at: number): { frame: number; chunk: Chunk } {
    const frame = Number(view.getBigUint64(at, true)),
      rows = Number(view.getBigUint64(at + 8, true));
    const location = Number(view.getBigInt64(at + 16, true));
    const columns = view.getUint32(at + 24, true), type = view.getUint8(at + 30);
    const name = this.#names[view.getUint16(at + 28, true)];
    const where = `frame ${frame}`;
    if (name === undefined) this.refuse(where, "an entry of the index has no name");
    if (!(type >= 1 && type <= 10)) this.refuse(where, `${name} is of type ${type}, which is none`);
    const size = rows * columns * SIZES[type];
    if (location < HEADER_BYTES || !Number.isSafeInteger(size)) {
      this.refuse(where, `${name} has no place in the file`);
    }
    if (location + size > this.#size) this.refuse(where, `${name} is cut off`, true);
    return { frame, chunk: { name, rows, columns, location, type } };
  }

  /** Values of a chunk, row by row. 64-bit integers beyond 2^53 lose digits. */
  read({ location, type, rows, columns }: Chunk): Float64Array {
    const count = rows * columns, size = SIZES[type];
    const view = this.#bytes(location, count * size);
    const take = VALUE[type];
    return Float64Array.from({ length: count }, (_, i) => take(view, i * size));
  }

  /** A part of the file that the header names by location and number of entries. */
  #range(head: DataView, at: number, size: number, what: string) {
    const location = Number(head.getBigUint64(at, true));
    const entries = Number(head.getBigUint64(at + 8, true));
    if (location < HEADER_BYTES || !Number.isSafeInteger(location + entries * size)) {
      this.refuse("", `its ${what} has no place in the file`);
    }
    if (location + entries * size > this.#size) this.refuse("", `its ${what} is cut off`, true);
    return { location, entries };
  }

  /** Version 1 gives each name 64 bytes; 2 packs them, each ended by a zero, up to an empty one. */
  #readNames(location: number, entries: number, version: number): string[] {
    const view = this.#bytes(location, entries * NAME_BYTES);
    const names: string[] = [];
    for (let at = 0; at < view.byteLength;) {
      const name = textOf(view, at, version === 1 ? NAME_BYTES : view.byteLength - at);
      if (name === "") break;
      names.push(name);
      at += version === 1 ? NAME_BYTES : name.length + 1;
    }
    return names;
  }

  #bytes(location: number, length: number): DataView {
    const bytes = new Uint8Array(length);
    let read = 0;
    while (read < length) {
      const got = readSync(this.#file, bytes, read, length - read, location + read);
      if (got === 0) this.refuse("", "it became shorter while it was read", true);
      read += got;
    }
    return new DataView(bytes.buffer);
  }
}

const VALUE: readonly ((view: DataView, at: number) => number)[] = [
  () => NaN,
  (v, at) => v.getUint8(at),
  (v, at) => v.getUint16(at, true),
  (v, at) => v.getUint32(at, true),
  (v, at) => Number(v.getBigUint64(at, true)),
  (v, at) => v.getInt8(at),
  (v, at) => v.getInt16(at, true),
  (v, at) => v.getInt32(at, true),
  (v, at) => Number(v.getBigInt64(at, true)),
  (v, at) => v.getFloat32(at, true),
  (v, at) => v.getFloat64(at, true),
];

/** Bytes up to the first zero as Latin-1. */
function textOf(view: DataView, at: number, most: number): string {
  let text = "";
  for (let i = at; i < at + most && view.getUint8(i) !== 0; i++) {
    text += String.fromCharCode(view.getUint8(i));
  }
  return text;
}
