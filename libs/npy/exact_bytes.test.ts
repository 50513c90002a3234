/** The bytes of a file by the format's own words, and rows at both ends of it. */
import { Buffer } from "node:buffer";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dictionarySpan, formatHeader } from "./header.ts";
import { NpyError, openNpyReader, openNpyWriter, readNpy } from "./mod.ts";

const folder = mkdtempSync(join(tmpdir(), "npy-bytes-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a header", () => {
  it.each([
    [[3], "(3,)"],
    [[3, 4], "(3, 4)"],
    [[], "()"],
    [[1, 2, 3], "(1, 2, 3)"],
  ])("of shape %j: magic, version 1.0, length, dictionary, blanks, a line break", (shape, text) => {
    const bytes = Buffer.from(formatHeader(shape));
    expect([...bytes.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
    expect(bytes.readUInt16LE(8)).toBe(bytes.length - 10);
    const dictionary = bytes.subarray(10).toString("latin1");
    expect(dictionary.trimEnd()).toBe(
      `{'descr': '<f8', 'fortran_order': False, 'shape': ${text}, }`,
    );
    expect(dictionary.endsWith("\n")).toBe(true);
    expect(dictionary.slice(0, -1)).toMatch(/} *$/);
  });
  it("is as few times 64 bytes long as hold it, whatever its shape", () => {
    for (let digits = 1; digits < 80; digits++) {
      const bytes = formatHeader([10 ** (digits % 16), ...new Array(digits).fill(1)]);
      const used = Buffer.from(bytes).toString("latin1").trimEnd().length + 1;
      expect(bytes.length).toBe(64 * Math.ceil(used / 64));
      expect(Buffer.from(bytes).readUInt16LE(8)).toBe(bytes.length - 10);
    }
  });
  it("says where its dictionary stands: 2 bytes of length in version 1, 4 in the others", () => {
    const prefix = (version: number, ...length: number[]) =>
      Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...length);
    expect(dictionarySpan(prefix(1, 3, 2), "x")).toEqual({ start: 10, end: 10 + 3 + 2 * 256 });
    for (const version of [2, 3]) {
      expect(dictionarySpan(prefix(version, 3, 2, 1, 0), "x"))
        .toEqual({ start: 12, end: 12 + 3 + 2 * 256 + 65536 });
      expect(() => dictionarySpan(prefix(version, 3, 2, 1), "x")).toThrow("ends within its header");
    }
    expect(() => dictionarySpan(prefix(0, 3, 2), "x")).toThrow("version is 0");
    expect(() => dictionarySpan(prefix(1, 3), "x")).toThrow("does not begin as one");
    // A part of a longer buffer.
    const long = Uint8Array.of(9, 9, ...prefix(1, 4, 0), 9);
    expect(dictionarySpan(long.subarray(2, 12), "x")).toEqual({ start: 10, end: 14 });
  });
  it("is read with double quotes, in any order and without its last comma", () => {
    const path = join(folder, "quotes.npy");
    const dictionary = '{"shape": (2), "fortran_order": False, "descr": "<f8"}';
    const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, dictionary.length, 0]);
    const numbers = Buffer.from(Float64Array.of(1.5, -2).buffer);
    writeFileSync(path, Buffer.concat([head, Buffer.from(dictionary), numbers]));
    expect(readNpy(path)).toEqual({ shape: [2], values: Float64Array.of(1.5, -2) });
  });
});

describe("rows", () => {
  const path = join(folder, "rows.npy");
  const fill = (shape: number[], count: number) => {
    rmSync(path, { force: true });
    const writer = openNpyWriter(path, shape);
    writer.write(0, Float64Array.from({ length: count }, (_, i) => i));
    writer.close();
    return openNpyReader(path);
  };
  it("are there from the first to the last, none of them too, and nowhere else", () => {
    const reader = fill([3, 2], 6);
    expect([...reader.read(0, 3)]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...reader.read(2, 1)]).toEqual([4, 5]);
    expect([...reader.read(3, 0)]).toEqual([]);
    for (const [first, count] of [[-1, 1], [0, 4], [3, 1], [1, -1], [4, 0]]) {
      expect(() => reader.read(first, count)).toThrow(
        `has 3 rows; ${count} from row ${first} on are not there.`,
      );
    }
    expect([reader.shape, reader.type]).toEqual([[3, 2], "f8"]);
    reader.close();
    expect(() => reader.read(0, 1)).toThrow();
  });
  it("of a single number are one, and of none none", () => {
    const single = fill([], 1);
    expect([...single.read(0, 1)]).toEqual([0]);
    expect(() => single.read(0, 2)).toThrow("has 1 rows");
    single.close();
  });
});

describe("a file being filled", () => {
  const path = join(folder, "deep", "filled.npy");
  it("has each row at its place, to the byte, and keeps what stands there when opened again", () => {
    const writer = openNpyWriter(path, [4, 3]);
    writer.write(2, Float64Array.of(6, 7, 8));
    // A part of a longer array.
    writer.write(1, Float64Array.of(9, 3, 4, 5, 9).subarray(1, 4));
    writer.close();
    const header = formatHeader([4, 3]);
    const bytes = readFileSync(path);
    expect([...bytes.subarray(0, header.length)]).toEqual([...header]);
    expect(bytes.length).toBe(header.length + 8 * 9);
    for (let i = 3; i < 9; i++) expect(bytes.readDoubleLE(header.length + 8 * i)).toBe(i);
    expect(() => readNpy(path)).toThrow(NpyError);
    openNpyWriter(path, [4, 3]).close();
    expect(readFileSync(path)).toEqual(bytes);
  });
  it("begins anew where only a part of its header was written, and is no other file", () => {
    for (const length of [0, 5, 100]) {
      writeFileSync(path, formatHeader([2]).subarray(0, length));
      const writer = openNpyWriter(path, [2]);
      writer.write(0, Float64Array.of(1, 2));
      writer.close();
      expect([...readNpy(path).values]).toEqual([1, 2]);
    }
    const changed = formatHeader([2]);
    changed[127] = 0;
    for (const other of [changed, formatHeader([3]), Uint8Array.of(0)]) {
      writeFileSync(path, other);
      expect(() => openNpyWriter(path, [2])).toThrow("is not an NPY file of float64 and shape (2)");
      expect([...readFileSync(path)]).toEqual([...other]);
    }
  });
});
