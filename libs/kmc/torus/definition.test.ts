import { runTrajectories } from "@spiediff/ensemble";
import { randomStream } from "@spiediff/random";
import { describe, expect, it } from "vitest";
import { processOf } from "../process_of.ts";
import { type AnyParticles, PROCESSES } from "../processes.ts";
import { zeroRange } from "../zero_range/zero_range.ts";
import { hopProcess } from "./processes.ts";
import { hopRunner } from "./realization.ts";

const SITES = 12;
const parse = (particles: Record<string, unknown>): AnyParticles =>
  PROCESSES[particles.system as keyof typeof PROCESSES].schema.parse({
    sites: SITES,
    ...particles,
  });
const gas = { system: "arrhenius-exclusion", halfWidth: 1, betaJ0: 2, initialState: "local-gibbs" };

/** A wave along the second axis. */
const densityOf = (dimension: 2 | 3, middle: number) =>
  new Float64Array(SITES ** dimension).map((_, x) =>
    middle * (1 + 0.4 * Math.cos(2 * Math.PI * Math.floor(x / SITES) / SITES))
  );

describe.each<[string, 2 | 3, Record<string, unknown>]>([
  ["exclusion", 2, { ...gas, betaJ0: 0 }],
  ["the nearest-neighbour gas", 2, gas],
  ["zero range", 3, { system: "zero-range" }],
  ["inclusion", 2, { system: "inclusion", alpha: 0.5 }],
  ["generalised exclusion", 2, { system: "generalised-exclusion" }],
])("%s in %iD, as experiments name it", (_, dimension, fields) => {
  const process = processOf(parse({ ...fields, dimension }));

  it("is followed over time, every particle kept, to the same bits on one worker or two", async () => {
    if (process.dimension === 1) throw new Error("a ring");
    const density = densityOf(dimension, 0.5), times = [0, 0.01], nodes = 4 ** dimension;
    const runs = { elements: 4, profile: { name: "wave", density }, realizations: 24, seed: 3 };
    const [one, two] = await Promise.all(
      [1, 2].map((workers) =>
        runTrajectories(process.trajectories({ ...runs, times }), { workers })
      ),
    );
    expect(two.mean).toEqual(one.mean);
    expect(one.mean).toHaveLength(2 * nodes);
    const mass = [0, 1].map((t) =>
      one.mean.subarray(t * nodes, (t + 1) * nodes).reduce((sum, rho) => sum + rho, 0) / nodes
    );
    expect(mass[1]).toBeCloseTo(mass[0], 12);
    // 24 realizations of 144 sites or more, at most 0.9 a site: 0.1 is beyond 6 standard errors.
    expect(Math.abs(mass[0] - 0.5)).toBeLessThan(0.1);
  });

  it("begins in local equilibrium, and has a law of its own only where that is known", () => {
    expect(process.start()).toMatchObject({ isEquilibrium: true });
    const known = process.knownLaws({ burnIn: 0, longest: 1e-3 }, randomStream(1));
    expect(known === null).toBe(fields.betaJ0 === 2);
    expect(process.nextOrder()).toBe(fields.betaJ0 === 2 ? undefined : 0);
  });
});

describe("windows of a torus", () => {
  it("are macroscopic times: those of the process in hop times", () => {
    const process = processOf(parse({ system: "zero-range", dimension: 2, drive: 2 }));
    if (process.dimension === 1) throw new Error("a ring");
    const density = densityOf(2, 1), hops = 2 * SITES ** 2;
    const run = process.segments({
      ...{ density, elements: 4 },
      ...{ burnIn: 1 / hops, horizons: [0.5 / hops, 3 / hops] },
    });
    const own = hopRunner({
      ...{ process: hopProcess(zeroRange({ name: "constant" })), dimension: 2, density },
      ...{ elements: 4, burnIn: 1, window: 0.5 },
    });
    const [first, second] = run(randomStream(7)), expected = own(randomStream(7));
    // Powers of two scale without rounding only; so many events are the same to the last.
    expect(first.current).toEqual(expected.current);
    expect(first.start).toEqual(expected.start);
    expect(second.start).toEqual(first.start);
    const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
    expect(sum(second.bracket)).toBeGreaterThan(4 * sum(first.bracket));
  });
});

it.each<[string, Record<string, unknown>, RegExp]>([
  ["rates that read further sites", { system: "kawasaki", b: 1 }, /dimension/],
  ["transfers of energy", { system: "energy-exchange" }, /dimension/],
  ["independent sites where neighbours bind", { ...gas, initialState: "bernoulli" }, /local-gibbs/],
  [
    "a table of a ring's distances",
    { ...gas, kernel: { name: "table", values: [1] } },
    /must not be \\?"table\\?" in 2 dimensions/,
  ],
  ["a field", { system: "zero-range", externalField: 1 }, /externalField|must be 0 or absent/],
  ["more sites than engines count", { ...gas, sites: 1449 }, /at most 1448 to each axis/],
])("%s have no meaning there", (_, fields, message) => {
  expect(() => parse({ ...fields, dimension: 2 })).toThrow(message);
});
