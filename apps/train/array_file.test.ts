import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decodeText } from "@spiediff/user-text";
import { type ArrayReader, openArray, parseRows } from "./array_file.ts";

const DATA = fileURLToPath(new URL("../../test-data/foreign-ssep/", import.meta.url));

const whole = (array: ArrayReader) => ({
  shape: array.shape,
  values: array.read(0, array.shape[0]),
});

describe("text", () => {
  it("with commas, semicolons or blanks, comments and a header", () => {
    const expected = { shape: [2, 3], values: Float64Array.of(1, 2, 3, 4, 5, 6e-3) };
    expect(whole(parseRows("1,2,3\n4,5,6e-3\n", "x"))).toEqual(expected);
    expect(whole(parseRows("# c\na; b; c\n1; 2; 3\r\n4; 5; 6e-3", "x"))).toEqual(expected);
    expect(whole(parseRows("  1 2\t3\n\n4 5   6e-3\n", "x"))).toEqual(expected);
  });
  it("of Fortran, with trailing commas, in UTF-16, after a byte-order mark, with old line ends", () => {
    const expected = { shape: [2, 2], values: Float64Array.of(0.1, 0.2, 0.3, 0.04) };
    for (
      const text of [
        "1.0D-01 2.0D-01\n3.0D-01 4.0d-02\n",
        "0.1,0.2,\n0.3,0.04,\n",
        "\uFEFF0.1;0.2\r0.3;0.04",
        '"0.1","0.2" # first\n# all of it\n"0.3",0.04',
      ]
    ) expect(whole(parseRows(text, "x"))).toEqual(expected);
    const utf16 = new Uint8Array(
      Uint16Array.from("0.1,0.2\n0.3,0.04", (c) => c.charCodeAt(0)).buffer,
    );
    expect(whole(parseRows(decodeText(utf16, "x"), "x"))).toEqual(expected);
  });
  it("names nan, decimal commas, index columns and archives", () => {
    expect(() => parseRows("nan,0.5\n0.1,0.2", "x")).toThrow(/line 1, column 1: "nan"/);
    expect(() => parseRows("0,5;0,6", "x")).toThrow(/line 1, column 1: .*decimal points/);
    expect(() => parseRows("0,05,0,06", "x")).toThrow(/line 1, column 2: .*decimal/);
    expect(() => parseRows("0,0.1\n1,0.2\n2,0.3", "x")).toThrow(
      /line 1, column 1: this column counts the rows/,
    );
    expect(() => decodeText(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0), "low.npz")).toThrow(/NPZ/);
  });
  it.each([
    ["NA,NA\n0.1,0.2", /line 1, column 1: "NA" is not a number/],
    ["null,null\n0.1,0.2", /line 1, column 1: "null"/],
    ["#N/A,#N/A\n0.1,0.2", /line 1, column 1: "#N\/A"/],
    ["1.#IND\n0.5", /line 1, column 1: "1.#IND"/],
    ["1e-400,0.2", /line 1, column 1: "1e-400" is below the smallest number/],
    ["0,05\t0,06", /line 1, column 1: "0,05" is not a number; write decimal points/],
    ["0,05 0,06", /line 1, column 1: "0,05" is not a number; write decimal points/],
    ["sep=,\n0.1,0.2,0.3", /line 2, column 2: the line has 3 values, but the header has 1 name\.$/],
    ["0.1,7\n0.2,8\n0.3,9", /line 1, column 2: this column counts the rows/],
    ["True,False\nTrue,True", /line 1, column 1: "True" is not a number/],
  ])("names what is wrong in %j", (text, expected) => {
    expect(() => parseRows(text, "x")).toThrow(expected);
  });
  it.each([
    ["PAR1\x15\x04\x15\x00", /Parquet/],
    ["BZh91AY&SY", /bzip2/],
    ["\xfd7zXZ\x00\x00", /xz/],
    ["\x28\xb5\x2f\xfd\x00", /Zstandard/],
    ["\x80\x04\x95\x00", /pickle/],
    ["CDF\x01\x00", /NetCDF/],
    ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", /spreadsheet/],
    ["\x93NUMPY\x01\x00", /NPY; give it a name that ends with \.npy/],
    ["\x1f\x8b\x08\x00", /gzip/],
    ["\xff\xfe\x00\x00\x30\x00\x00\x00", /neither UTF-8 nor UTF-16/],
    ["caf\xe9", /neither UTF-8 nor UTF-16/],
  ])("names a file that begins with %j", (start, expected) => {
    const bytes = Uint8Array.from(start, (c) => c.charCodeAt(0));
    expect(() => decodeText(bytes, "x")).toThrow(expected);
  });
  it("refuses ragged lines and words, by line", () => {
    expect(() => parseRows("1,2\n3\n", "z.csv")).toThrow(
      /z\.csv, line 2, column 2: the line has 1 value, .*have 2/,
    );
    expect(() => parseRows("1,2\n3,x\n", "z.csv")).toThrow(/line 2, column 2: "x" is not a number/);
    expect(() => parseRows("1,,2\n", "z.csv")).toThrow(/line 1/);
    expect(() => parseRows("# only\n", "z.csv")).toThrow(/holds no numbers/);
  });
});

it.each([
  ["PK\x03\x04 and more", /is not NPY, but an archive \(NPZ/],
  ["\x1f\x8b\x08\x00", /is not NPY, but compressed by gzip/],
  ["0.1,0.2\n0.3,0.4\n", /is not NPY, but text; give it a name that ends with \.csv/],
  ["\x93NUMPY", /not a usable NPY file: it does not begin as one/],
  ["", /not a usable NPY file: it does not begin as one/],
])("a file of another kind that is called NPY, %j", (content, expected) => {
  const folder = mkdtempSync(join(tmpdir(), "spiediff-npy-"));
  const path = join(folder, "low.npy");
  writeFileSync(path, Uint8Array.from(content, (c) => c.charCodeAt(0)));
  expect(() => openArray(path)).toThrow(expected);
  rmSync(folder, { recursive: true });
});

it("the worked example's files hold the same runs in every form", () => {
  const all = whole(openArray(DATA + "middle.npy"));
  expect(all.shape).toEqual([680, 3, 6]);
  [0, 1, 2].forEach((t) => {
    const few = whole(openArray(`${DATA}small/middle-${t}.csv`));
    expect(few.shape).toEqual([100, 6]);
    few.values.forEach((v, at) => {
      const [r, i] = [Math.floor(at / 6), at % 6];
      expect(v).toBeCloseTo(all.values[(r * 3 + t) * 6 + i], 11);
    });
  });
  const occupations = whole(openArray(DATA + "small/middle-occupations.npy"));
  expect(occupations.shape).toEqual([100, 3, 120]);
  const particles = occupations.values.subarray(0, 120).reduce((a, b) => a + b);
  expect(particles / 120).toBeCloseTo(all.values.subarray(0, 6).reduce((a, b) => a + b), 11);
  for (const name of readdirSync(DATA).filter((file) => file.endsWith(".npy"))) {
    expect(readFileSync(DATA + name).length).toBeLessThan(100_000);
  }
});
