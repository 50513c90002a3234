import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { npyBytes, openNpyWriter, readNpy } from "./mod.ts";

describe("npyBytes", () => {
  it("is, byte for byte, the file that is written row by row", () => {
    const folder = mkdtempSync(join(tmpdir(), "npy-bytes-"));
    const rows = [Float64Array.of(1, -0, NaN), Float64Array.of(Infinity, 5e-324, 1 / 3)];
    const path = join(folder, "rows.npy");
    const writer = openNpyWriter(path, [2, 3]);
    rows.forEach((row, i) => writer.write(i, row));
    writer.close();
    const bytes = npyBytes([2, 3], rows);
    expect([...bytes]).toEqual([...readFileSync(path)]);
    const whole = join(folder, "whole.npy");
    writeFileSync(whole, npyBytes([3], [rows[0]]));
    expect(readNpy(whole)).toMatchObject({ shape: [3], values: rows[0] });
    rmSync(folder, { recursive: true });
  });

  it("refuses numbers that do not fill the shape", () => {
    expect(() => npyBytes([2, 3], [new Float64Array(5)])).toThrow(
      "An array of shape (2, 3) cannot hold 5 numbers.",
    );
  });
});
