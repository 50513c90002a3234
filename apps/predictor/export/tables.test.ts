import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import h5wasm, { type Dataset } from "h5wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFixture } from "../_fixture_model.ts";
import { runPredictor } from "../cli/run.ts";
import { positiveSlopes, risingSlopes } from "./tables.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-tables-"));
  await writeFixture(join(root, "model"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("tables", () => {
  it("have the same numbers as JSON, CSV and HDF5", async () => {
    for (const format of ["json", "csv", "hdf5"]) {
      const args = ["--format", format, "--members", "3", "--seed", "a b", "--out", root];
      const code = await runPredictor(["export", join(root, "model"), ...args], {
        stdout: { write: () => {} },
        stderr: { write: () => {} },
        env: {},
      });
      expect(code).toBe(0);
    }
    const json = JSON.parse(await readFile(join(root, "law-tables.json"), "utf8"));
    const csv = (await readFile(join(root, "law-tables.csv"), "utf8")).trim().split("\n")
      .map((line) => line.split(","));
    const { FS } = await h5wasm.ready;
    FS.writeFile("read.h5", await readFile(join(root, "law-tables.h5")));
    const file = new h5wasm.File("read.h5", "r");
    const stored = (name: string) => {
      const { value, shape } = file.get(name) as Dataset;
      return { value: [...value as Float64Array], shape };
    };
    const n = json.density.length;
    expect(stored("density")).toEqual({ value: json.density, shape: [n] });
    const keys = ["mobility", "mobilitySlope", "drivingForce", "curvature", "freeEnergy"];
    csv[0].slice(2).forEach((name, c) => {
      expect(stored(name)).toEqual({ value: json[keys[c]].flat(), shape: [3, n] });
      expect(csv.slice(1).map((row) => Number(row[2 + c]))).toEqual(json[keys[c]].flat());
    });
    const { format, version, seed, model, elements } = file.attrs;
    expect([format, version, seed, model, elements].map(({ value }) => value))
      .toEqual([json.format, json.version, "a b", json.model.integrity, 25]);
    file.close();
  });

  it("interpolate to what is positive and rises, however wild the values", () => {
    const n = 12, h = 0.05;
    const hermite = (v: Float64Array, s: Float64Array, i: number, t: number) => {
      const [a, b, rise] = [h * s[i], h * s[i + 1], v[i + 1] - v[i]];
      return v[i] + t * (a + t * (3 * rise - 2 * a - b + t * (a + b - 2 * rise)));
    };
    const wild = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: n,
      maxLength: n,
    });
    const slopes = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), {
      minLength: n,
      maxLength: n,
    });
    fc.assert(fc.property(wild, slopes, (values, given) => {
      const v = Float64Array.from(values), s = Float64Array.from(given);
      const positive = positiveSlopes(v, s, h);
      const sums = v.map((_, i) => v.subarray(0, i + 1).reduce((a, b) => a + b + 0.01, 0));
      const rising = risingSlopes(sums, s, n, h);
      for (let i = 0; i + 1 < n; i++) {
        let before = -Infinity;
        for (let t = 0; t <= 1; t += 1 / 16) {
          expect(hermite(v, positive, i, t)).toBeGreaterThan(-1e-12);
          const next = hermite(sums, rising, i, t);
          expect(next).toBeGreaterThan(before - 1e-9);
          before = next;
        }
      }
    }));
  });
});
