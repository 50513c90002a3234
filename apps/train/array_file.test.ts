import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNpy, parseRows, readArray } from "./array_file.ts";

const DATA = fileURLToPath(new URL("../../test-data/foreign-ssep/", import.meta.url));

/** An NPY file by the format's own words. */
function npy(
  descr: string,
  shape: string,
  data: Uint8Array,
  version = 1,
  fortran = "False",
): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
  const length = version === 1
    ? [header.length & 255, header.length >> 8]
    : [header.length & 255, header.length >> 8, 0, 0];
  return Uint8Array.from([
    ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...length],
    ...new TextEncoder().encode(header),
    ...data,
  ]);
}
const bytesOf = (values: Float64Array | Int16Array) => new Uint8Array(values.buffer);

describe("NPY", () => {
  it.each([1, 2])("version %i: float64 to the last bit, and shapes of any rank", (version) => {
    fc.assert(fc.property(fc.array(fc.double({ noNaN: true }), { maxLength: 20 }), (list) => {
      const values = Float64Array.from(list);
      const file = npy("<f8", `(1, ${values.length}, 1)`, bytesOf(values), version);
      const read = parseNpy(file, "x");
      expect(read.shape).toEqual([1, values.length, 1]);
      expect(bytesOf(read.values)).toEqual(bytesOf(values));
    }));
  });
  it("integers and booleans, in either byte order", () => {
    const bytes = bytesOf(Int16Array.of(-2, 300));
    expect([...parseNpy(npy("<i2", "(2,)", bytes), "x").values]).toEqual([-2, 300]);
    const swapped = Uint8Array.of(bytes[1], bytes[0], bytes[3], bytes[2]);
    expect([...parseNpy(npy(">i2", "(2,)", swapped), "x").values]).toEqual([-2, 300]);
    expect([...parseNpy(npy("|b1", "(3,)", Uint8Array.of(1, 0, 1)), "x").values]).toEqual([
      1,
      0,
      1,
    ]);
  });
  it("refuses what it does not understand, by name", () => {
    const good = npy("<f8", "(1,)", new Uint8Array(8));
    expect(() => parseNpy(new Uint8Array(20), "a.npy")).toThrow(/a\.npy.*no NPY header/);
    expect(() => parseNpy(good.slice(0, -1), "a.npy")).toThrow(/7 bytes of data, not 8/);
    expect(() => parseNpy(npy("<c16", "(1,)", new Uint8Array(16)), "a.npy")).toThrow(/<c16/);
    expect(() => parseNpy(npy("<f8", "(1,)", new Uint8Array(8), 1, "True"), "a.npy"))
      .toThrow(/Fortran.*ascontiguousarray/);
  });
});

describe("text", () => {
  it("with commas, semicolons or blanks, comments and a header", () => {
    const expected = { shape: [2, 3], values: Float64Array.of(1, 2, 3, 4, 5, 6e-3) };
    expect(parseRows("1,2,3\n4,5,6e-3\n", "x")).toEqual(expected);
    expect(parseRows("# c\na; b; c\n1; 2; 3\r\n4; 5; 6e-3", "x")).toEqual(expected);
    expect(parseRows("  1 2\t3\n\n4 5   6e-3\n", "x")).toEqual(expected);
  });
  it("refuses ragged lines and words, by line", () => {
    expect(() => parseRows("1,2\n3\n", "z.csv")).toThrow(/z\.csv, line 2 has 1 values.*have 2/);
    expect(() => parseRows("1,2\n3,x\n", "z.csv")).toThrow(/line 2: "x" is not a number/);
    expect(() => parseRows("1,,2\n", "z.csv")).toThrow(/line 1/);
    expect(() => parseRows("# only\n", "z.csv")).toThrow(/holds no numbers/);
  });
});

it("the worked example's files hold the same runs in every form", () => {
  const all = readArray(DATA + "middle.npy");
  expect(all.shape).toEqual([680, 3, 6]);
  [0, 1, 2].forEach((t) => {
    const few = readArray(`${DATA}small/middle-${t}.csv`);
    expect(few.shape).toEqual([100, 6]);
    few.values.forEach((v, at) => {
      const [r, i] = [Math.floor(at / 6), at % 6];
      expect(v).toBeCloseTo(all.values[(r * 3 + t) * 6 + i], 11);
    });
  });
  const occupations = readArray(DATA + "small/middle-occupations.npy");
  expect(occupations.shape).toEqual([100, 3, 120]);
  const particles = occupations.values.subarray(0, 120).reduce((a, b) => a + b);
  expect(particles / 120).toBeCloseTo(all.values.subarray(0, 6).reduce((a, b) => a + b), 11);
  for (const name of readdirSync(DATA).filter((file) => file.endsWith(".npy"))) {
    expect(readFileSync(DATA + name).length).toBeLessThan(100_000);
  }
});
