import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { snapshotsFromJson } from "@spiediff/experiment";
import { randomStream } from "@spiediff/random";
import { latticeGasFields } from "./_lattice_gas.ts";
import { dependenceOf, sharedAmong } from "./copy_checks.ts";
import type { Fields } from "./snapshot_fields.ts";

const M = 6, SITES = 120, R = 100;
const description = snapshotsFromJson(JSON.stringify({
  ...{ name: "t", seed: 1, values: "z", sites: SITES, elements: M, h: [1e-4, 2e-4] },
  profiles: [{ name: "low", files: ["a", "b", "c"] }],
}));
const gas = {
  ...{ sites: SITES, elements: M, density: 0.5, amplitude: 0.6, oneStart: false },
  ...{ times: [4, 8], realizations: R },
};
const fields = (name: string, change: Partial<typeof gas> = {}): Fields =>
  latticeGasFields({ ...gas, ...change }, randomStream(1, "copies", name));
const dependence = (data: Fields) => dependenceOf(data, description);
const mapped = (data: Fields, change: (v: number) => number): Fields =>
  data.map((runs) => runs.map((z) => z.map(change)));
/** Appends the first `count` realizations of `other`. */
const withMore = (data: Fields, other: Fields, count: number): Fields =>
  data.map((runs, t) => [...runs, ...other[t].slice(0, count)]);

const ROUNDINGS: Readonly<Record<string, (v: number) => number>> = {
  "all digits": (v) => v,
  float32: Math.fround,
  "six digits": (v) => Number(v.toFixed(6)),
  float16: Math.f16round,
};

describe("independent realizations pass", () => {
  it("whatever few values they have, on small lattices and from one start", () => {
    // Each search has a rate of false alarms of 1e-9 for each of eight tolerances, twice a data set.
    let alike = 0;
    const roundings = Object.values(ROUNDINGS);
    for (let k = 0; k < 200; k++) {
      const stream = randomStream(2, "few-values", `${k}`);
      const one = <T>(list: readonly T[]): T => list[Math.floor(stream.uniform() * list.length)];
      const elements = one([3, 4, 5, 6, 7]), realizations = one([8, 30, 100, 300]);
      const first = 10 ** (-2 + 3 * stream.uniform());
      const data = latticeGasFields({
        ...{ elements, realizations, sites: elements * one([4, 6, 8]) },
        ...{
          density: one([0.05, 0.3, 0.5]),
          amplitude: one([0, 0.6]),
          oneStart: one([true, false]),
        },
        times: one([[first], [first, 2 * first], [first, 2 * first, 4 * first]]),
      }, stream);
      expect(dependence(mapped(data, one(roundings))), `${k}`).toBeNull();
      const keys = data[0].map((_, r) => data.map((runs) => runs[r].join()).join());
      if (new Set(keys).size <= realizations - Math.max(2, 0.01 * realizations)) alike++;
    }
    // The control: the same trajectory often stands there more than once.
    expect(alike).toBeGreaterThan(50);
  });

  it("written in few digits, or from one start", () => {
    for (const [name, round] of Object.entries(ROUNDINGS)) {
      for (const oneStart of [true, false]) {
        expect(dependence(mapped(fields(name, { oneStart }), round)), name).toBeNull();
      }
    }
  });

  it("whose start is what others have not left yet", () => {
    const still = fields("still", { oneStart: true, times: [1e-3, 4] });
    expect(still[1].filter((z, r) => z.join() === still[0][r].join()).length).toBeGreaterThan(50);
    expect(dependence(still)).toBeNull();
  });
});

describe("realizations that are no further ones are named", () => {
  it("copies, whatever was done to their digits, and they alone", () => {
    const far = fields("far");
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: R }),
        fc.constantFrom(...Object.keys(ROUNDINGS)),
        fc.integer({ min: -12, max: -5 }),
        (count, name, power) => {
          const noise = randomStream(count, "noise");
          const change = (v: number) => ROUNDINGS[name](v) + 10 ** power * noise.normal();
          const text = dependence(withMore(far, mapped(far, change), count));
          expect(text).toMatch(
            new RegExp(
              `^${count} of ${
                R + count
              } realizations are copies of others but for differences of up to .* ` +
                `\\(101 of 1, 102 of 2`,
            ),
          );
        },
      ),
      { seed: 3, numRuns: 40 },
    );
  });

  it("the same numbers, as copies without differences; one of a hundred is let pass", () => {
    const far = fields("far");
    expect(dependence(withMore(far, far, 7))).toBe(
      "7 of 107 realizations are copies of others (101 of 1, 102 of 2, 103 of 3, 104 of 4, 105 of 5 and " +
        "2 more). Errors from them would be too small. Leave the copies out.",
    );
    expect(dependence(withMore(far, far, 1))).toBeNull();
  });

  it("copies from one start, in single precision", () => {
    const alike = fields("one-start", { oneStart: true });
    expect(dependence(withMore(alike, mapped(alike, Math.fround), 50))).toMatch(
      /^50 of 150 realizations are copies .* up to \de-9 /,
    );
  });

  it("translations and mirror images", () => {
    const far = fields("far");
    const images = far.map((runs) => runs.map((z, r) => z.map((_, i) => z[(r + M - i) % M])));
    expect(dependence(withMore(far, images, 30))).toMatch(
      /^30 of 130 realizations are translations or mirror images of others \(101 of 1, 102 of 2/,
    );
    const turned = far.map((runs) => runs.map((z) => z.map((_, i) => z[(i + 2) % M])));
    expect(dependence(withMore(far, mapped(turned, Math.fround), 30))).toMatch(
      /^30 of 130 realizations are translations or mirror images of others but for differences/,
    );
  });

  it("pieces of one trajectory that overlap", () => {
    const times = Array.from({ length: 102 }, (_, k) => 4 * (k + 1));
    const run = fields("long", { times, realizations: 1 }).flat();
    const pieces = (step: number) =>
      [0, 1, 2].map((t) =>
        Array.from({ length: Math.floor(100 / step) }, (_, k) => run[step * k + t])
      );
    expect(dependence(pieces(1))).toMatch(
      /^99 of 100 realizations start as others are before their end \(2 as 1 at h = 0\.0001, for example\)/,
    );
    // Each starts where the one before has ended.
    expect(dependence(pieces(2))).toBeNull();
  });

  it("what profiles share, in any order and digits", () => {
    const low = fields("low", { density: 0.3 }), high = fields("high", { density: 0.6 });
    const named = (...list: Fields[]) => list.map((fields, p) => ({ name: `p${p}`, fields }));
    expect(sharedAmong(named(low, high))).toBeNull();
    expect(sharedAmong(named(low))).toBeNull();
    const reversed = low.map((runs) => runs.toReversed());
    const more = withMore(high, mapped(reversed, Math.fround), 40);
    expect(sharedAmong(named(low, high, more))).toMatch(
      /^Profiles share 140 realizations but for differences of up to .* \(1 of "p2" is 1 of "p1"/,
    );
    expect(sharedAmong(named(low, more))).toMatch(
      /^Profiles share 40 realizations .* \(101 of "p1" is 100 of "p0", 102 of "p1" is 99 of "p0"/,
    );
  });
});
