import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
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
  it("refuses ragged lines and words, by line", () => {
    expect(() => parseRows("1,2\n3\n", "z.csv")).toThrow(/z\.csv, line 2 has 1 values.*have 2/);
    expect(() => parseRows("1,2\n3,x\n", "z.csv")).toThrow(/line 2: "x" is not a number/);
    expect(() => parseRows("1,,2\n", "z.csv")).toThrow(/line 1/);
    expect(() => parseRows("# only\n", "z.csv")).toThrow(/holds no numbers/);
  });
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
