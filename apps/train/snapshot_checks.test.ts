import { describe, expect, it } from "vitest";
import { snapshotsFromJson } from "@spiediff/experiment";
import { randomStream } from "@spiediff/random";
import {
  checkAllFields,
  checkProfileFields,
  massTolerance,
  unitWarning,
} from "./snapshot_checks.ts";
import type { Fields } from "./snapshot_fields.ts";

const M = 6, SITES = 120, R = 150;
const description = snapshotsFromJson(JSON.stringify({
  ...{ name: "t", seed: 1, values: "z", sites: SITES, elements: M, h: [1e-4, 2e-4] },
  profiles: [{ name: "low", files: ["a", "b", "c"] }],
}));

/**
 * Fields of independent realizations about 0.5 + `amplitude` cos whose mean decays by `decay` each step; currents
 * between neighbours keep their mass.
 */
function fields(seed: string, { amplitude = 0.3, decay = 0.02, runs = R } = {}): Fields {
  const stream = randomStream(1, "snapshot-checks", seed);
  const wave = (i: number) => Math.cos(2 * Math.PI * i / M);
  const start = Array.from({ length: runs }, () =>
    Float64Array.from(
      { length: M },
      (_, i) => (0.5 + amplitude * wave(i) + 0.03 * stream.normal()) / M,
    ));
  const step = (before: readonly Float64Array[]) =>
    before.map((z) => {
      const after = z.slice();
      for (let i = 0; i < M; i++) {
        after[i] -= decay * amplitude * wave(i) / M;
        const current = 0.005 * stream.normal() / M;
        after[i] -= current;
        after[(i + 1) % M] += current;
      }
      return after;
    });
  const first = step(start);
  return [start, first, step(first)];
}

const check = (data: Fields) => checkProfileFields("low", data, description);

describe("snapshots that can say what is asked pass", () => {
  it("200 data sets in turn, with gradients or without", () => {
    // Each has two tests at 5 standard errors (3e-7): one false alarm in 8,000 runs of this test.
    for (let k = 0; k < 100; k++) {
      expect(() => check(fields(`good-${k}`))).not.toThrow();
      expect(() => check(fields(`flat-${k}`, { amplitude: 0 }))).not.toThrow();
    }
  });

  it("starts that are all alike, as of a deterministic preparation", () => {
    const [start, ...later] = fields("alike");
    const alike = start.map(() => start[0]);
    const moved = later.map((runs) =>
      runs.map((z, r) => z.map((v, i) => start[0][i] + v - start[r][i]))
    );
    expect(() => check([alike, ...moved])).not.toThrow();
  });

  it.each([
    ["float16", (v: number) => Math.f16round(v)],
    ["float32", (v: number) => Math.fround(v)],
    [
      "six digits",
      (v: number) => Number(v.toFixed(6)),
    ],
  ])(
    "numbers of %s",
    (_, round) => {
      const rounded = fields("rounded").map((runs) => runs.map((z) => z.map(round)));
      expect(() => check(rounded)).not.toThrow();
      // The control: they do not keep their mass to more digits.
      expect(massTolerance(rounded, description)).toBeGreaterThan(1e-8);
      expect(massTolerance(rounded, description)).toBeLessThan(0.25 / SITES + 1e-12);
    },
  );
});

describe("what is wrong is said with its cause", () => {
  const data = fields("wrong");
  const [start, first, second] = data;
  const changed = (edit: (z: Float64Array) => void): Fields => {
    const copy = data.map((runs) => runs.map((z) => z.slice()));
    edit(copy[1][3]);
    return copy;
  };
  it.each<[string, Fields, RegExp]>([
    ["two realizations", data.map((runs) => runs.slice(0, 2)), /2 realizations.*at least 8/],
    ["a missing row", [start, first.slice(1), second], /150, 149, 150 realizations/],
    [
      "densities in place of z",
      data.map((runs) => runs.map((z) => z.map((v) => v * M))),
      /between 0 and 1\/elements/,
    ],
    [
      "a negative field",
      changed((z) => (z[0] = -0.01, z[1] += 0.01)),
      /-0\.01 in realization 4 at node 0, time 1/,
    ],
    [
      "a lost particle",
      changed((z) => z[2] -= 1 / SITES),
      /mass of realization 4 changes by -0\.00833/,
    ],
    [
      "shuffled rows",
      [start, [...first.slice(1), first[0]], second],
      /same realization at all times/,
    ],
    [
      "one file for all times",
      [start, start, start],
      /nothing moves between the first .* different times/,
    ],
    [
      "one file for two later times",
      [start, first, first],
      /fields at h = 0\.0001 and h = 0\.0002 are the same\. Is one file named twice/,
    ],
    ["a time too short", [start, start, second], /nothing moves up to h = 0\.0001/],
    ["times backwards", [second, first, start], /fluxes run uphill.*times in order/],
    [
      "copies",
      data.map((runs) => [...runs, ...runs.slice(0, 50)]),
      /50 of 200 realizations are copies/,
    ],
  ])("%s", (_, fields, message) => expect(() => check(fields)).toThrow(message));

  it("rows out of order where all realizations have one mass", () => {
    const level = (runs: readonly Float64Array[]) =>
      runs.map((z) => {
        const excess = (z.reduce((a, b) => a + b, 0) - 0.5) / M;
        return z.map((v) => v - excess);
      });
    const [a, b, c] = data.map(level);
    expect(() => check([a, b, c])).not.toThrow();
    const rotated = (runs: readonly Float64Array[]) => [...runs.slice(1), runs[0]];
    expect(() => check([a, rotated(b), rotated(c)])).toThrow(/hardly remember.*same order/);
  });

  it("flat profiles, and one profile given twice", () => {
    const flat = [1, 2].map((k) => ({ name: `p${k}`, fields: fields(`f${k}`, { amplitude: 0 }) }));
    expect(() => checkAllFields(flat)).toThrow(/All profiles are flat.*gradient/);
    expect(() => checkAllFields([...flat, { name: "low", fields: data }])).not.toThrow();
    expect(() => checkAllFields([{ name: "a", fields: data }, { name: "b", fields: data }]))
      .toThrow(/"a" and "b" hold the same data/);
  });
});

describe("the unit of time", () => {
  it("is doubted where fields change a hundred times more or less than particles move", () => {
    // Increments of free particles over h: currents of variance 2 h rho (1 - rho) M / N each, two a node.
    const stream = randomStream(2, "unit");
    const [start] = fields("unit");
    const current = Math.sqrt(2 * description.h[0] * 0.25 * M / SITES);
    const moved = start.map((z) => {
      const after = z.slice();
      z.forEach((_, i) => {
        const q = current * stream.normal();
        after[i] -= q;
        after[(i + 1) % M] += q;
      });
      return after;
    });
    const doubt = (unit: number, drive = 1) =>
      unitWarning("low", [start, moved], { ...description, h: [unit / 1e4], drive });
    for (const unit of [1, 0.1, 10]) expect(doubt(unit), `${unit}`).toBeNull();
    expect(doubt(1e-3)).toMatch(
      /^Profile "low": up to h = 1e-7 .* [\d.e+]+ times as much .* unit of/,
    );
    expect(doubt(1e3)).toMatch(/0\.00\d+ times as much/);
    expect(doubt(1e3, 1e-3)).toBeNull();
  });
});
