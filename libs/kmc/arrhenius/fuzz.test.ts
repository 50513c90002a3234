import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { randomStream } from "@spiediff/random";
import { advance } from "./advance.ts";
import { kernelSystems, systems } from "./arbitraries.ts";
import { createLattice, latticeProfile, loadOccupation, sampleEnsemble } from "../mod.ts";
import type { SampleOptions } from "../mod.ts";
import { sweepContraction } from "./heat_bath.ts";
import { configurationSampler } from "./initial_state.ts";
import { recount, refreshBondRates } from "./lattice.ts";
import { attemptHops, attemptHopsWithLedger } from "./rejection.ts";
import { replicasFit } from "./replicas.ts";
import type { Engine } from "./types.ts";
import { advanceWord, createWord, readWord, startWord } from "./word.ts";

const total = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

/** Any system with any profile and an initial state that it has. */
const configs = fc.oneof(systems, kernelSystems).chain((system) =>
  fc.record({
    system: fc.constant(system),
    mean: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    mode: fc.integer({ min: 1, max: 3 }),
    share: fc.double({ min: 0, max: 0.99, noNaN: true }),
    initialState: fc.constantFrom(
      ..."bernoulli,fixed-number".split(","),
      ...(sweepContraction(system) < 0.9 ? ["local-gibbs"] : []),
    ) as fc.Arbitrary<SampleOptions["initialState"]>,
    seed: fc.nat(),
  })
);

const profileOf = ({ system, mean, mode, share }: {
  system: { sites: number };
  mean: number;
  mode: number;
  share: number;
}) => {
  const amplitude = share * Math.min(mean, 1 - mean);
  return latticeProfile(
    "fuzz",
    system.sites,
    (x) => mean + amplitude * Math.cos(2 * Math.PI * mode * x),
  );
};

describe("1000 random valid configurations", () => {
  it("run in every engine that takes them, without an invariant broken", () => {
    const ran: Record<string, number> = {};
    fc.assert(
      fc.property(configs, (config) => {
        const { system, initialState, seed } = config;
        const profile = profileOf(config);
        const sample = configurationSampler(initialState, system, profile);
        const eta = new Uint8Array(system.sites);
        sample(eta, randomStream(seed, "start"));
        const particles = total(eta);
        if (initialState === "fixed-number") {
          expect(particles).toBe(Math.round(total(profile.density)));
        }

        const lattice = createLattice(system);
        ran[lattice.algorithm] = (ran[lattice.algorithm] ?? 0) + 1;
        loadOccupation(lattice, eta);
        const stream = randomStream(seed, "run");
        advance(lattice, 100 / system.sites / lattice.attemptRate, stream);
        refreshBondRates(lattice);
        const ledger = new Float64Array(2 * system.sites);
        if (lattice.pairs === null) attemptHopsWithLedger(lattice, stream.state, 60, ledger, 0);
        else attemptHops(lattice, stream.state, 60);
        expect(lattice.occupation.every((v) => v === 0 || v === 1)).toBe(true);
        expect(total(lattice.occupation)).toBe(particles);
        if (lattice.pairs !== null) refreshBondRates(lattice);
        const kept = [lattice.windowCount, lattice.bondRate, lattice.pairs?.energy].map((a) =>
          a?.slice()
        );
        recount(lattice);
        refreshBondRates(lattice);
        expect([lattice.windowCount, lattice.bondRate, lattice.pairs?.energy]).toEqual(kept);

        for (const engine of ["bits", "lanes"] as const) {
          if (!replicasFit(system, engine)) continue;
          ran[engine] = (ran[engine] ?? 0) + 1;
          const word = createWord(system, engine);
          const numbers: number[] = [];
          startWord(word, (out, draws) => {
            sample(out, draws);
            numbers.push(total(out));
          }, randomStream(seed, engine));
          advanceWord(word, 50 / system.sites / word.replicas.attemptRate);
          for (const k of [0, 7, word.replicas.width - 1]) {
            readWord(word, k, eta);
            expect(total(eta)).toBe(numbers[k]);
          }
        }
      }),
      { numRuns: 1000, seed: 4 },
    );
    expect(Object.values(ran).every((count) => count > 50)).toBe(true);
    expect(Object.keys(ran).length).toBe(4);
  }, 60_000);
});

type Fault = [field: string, change: fc.Arbitrary<Record<string, unknown>>, message: RegExp];
const bad = fc.constantFrom(NaN, Infinity, -1, -0.5);
const notWhole = fc.oneof(bad, fc.constantFrom(0.5, 2.5, 1e10 + 0.5));
const of = <T>(arbitrary: fc.Arbitrary<T>, put: (value: T) => Record<string, unknown>) =>
  arbitrary.map(put);
const sites = 60;
const valid: SampleOptions = {
  system: { sites, halfWidth: 2, betaJ0: 1 },
  elements: 6,
  profile: latticeProfile("flat", sites, () => 0.5),
  initialState: "bernoulli",
  realizations: 4,
  seed: 1,
  burnIn: 1e-5,
  horizons: [1e-5],
};
const system = (change: Record<string, unknown>) => ({ system: { ...valid.system, ...change } });
const kernel = (change: Record<string, unknown>) => system({ kernel: change });
const faults: Fault[] = [
  ["sites", of(notWhole, (v) => system({ sites: v })), /^sites/],
  [
    "halfWidth",
    of(fc.oneof(notWhole, fc.constantFrom(0, 30, 99)), (v) => system({ halfWidth: v })),
    /^halfWidth/,
  ],
  [
    "betaJ0",
    of(fc.constantFrom(NaN, Infinity, -Infinity, 40, -40), (v) => system({ betaJ0: v })),
    /^betaJ0/,
  ],
  ["drive", of(fc.oneof(bad, fc.constant(0)), (v) => system({ drive: v })), /^drive/],
  ["kernel.name", of(fc.string(), (v) => kernel({ name: `_${v}` })), /^kernel\.name/],
  [
    "kernel.width",
    of(fc.oneof(bad, fc.constant(0)), (v) => kernel({ name: "gaussian", width: v })),
    /^kernel\.width/,
  ],
  ["kernel.well", of(bad, (v) => kernel({ name: "morse", well: v })), /^kernel\.well/],
  [
    "kernel.steepness",
    of(bad, (v) => kernel({ name: "morse", steepness: v })),
    /^kernel\.steepness/,
  ],
  [
    "kernel.values",
    of(
      fc.array(fc.double({ min: -1, max: 1 }), { minLength: 3, maxLength: 9 }),
      (v) => kernel({ name: "table", values: v }),
    ),
    /^kernel\.values/,
  ],
  [
    "elements",
    of(fc.oneof(notWhole, fc.constantFrom(0, 2, 7, 13)), (v) => ({ elements: v })),
    /^elements/,
  ],
  [
    "profile",
    of(fc.tuple(fc.nat(59), fc.constantFrom(0, 1, NaN, -0.1, 1.5)), ([x, v]) => ({
      profile: { name: "p", density: valid.profile.density.with(x, v) },
    })),
    /^profile\.density/,
  ],
  [
    "profile length",
    of(fc.nat(59), (n) => ({
      profile: { name: "p", density: new Float64Array(n).fill(0.5) },
    })),
    /^profile\.density.*one value per site/,
  ],
  ["initialState", of(fc.string(), (v) => ({ initialState: `_${v}` })), /^initialState/],
  [
    "initialState",
    of(fc.constant({ sites: 60, halfWidth: 4, betaJ0: 9 }), (system) => ({
      system,
      initialState: "local-gibbs",
    })),
    /^initialState/,
  ],
  [
    "realizations",
    of(fc.oneof(notWhole, fc.constantFrom(0, 1)), (v) => ({ realizations: v })),
    /^realizations/,
  ],
  ["workers", of(fc.oneof(notWhole, fc.constant(0)), (v) => ({ workers: v })), /^workers/],
  ["blockSize", of(fc.oneof(notWhole, fc.constant(0)), (v) => ({ blockSize: v })), /^blockSize/],
  [
    "blockSize",
    of(fc.integer({ min: 1, max: 15 }), (v) => ({ blockSize: v, engine: "lanes" })),
    /^blockSize/,
  ],
  ["burnIn", of(bad, (v) => ({ burnIn: v })), /^burnIn/],
  ["horizons", of(fc.oneof(bad, fc.constant(0)), (v) => ({ horizons: [v] })), /^horizons\[0\]/],
  [
    "horizons",
    of(fc.double({ min: 1e-7, max: 1e-5, noNaN: true }), (v) => ({ horizons: [2e-5, v] })),
    /^horizons\[1\]/,
  ],
  ["horizons", of(fc.constant([]), (v) => ({ horizons: v })), /^horizons/],
  ["engine", of(fc.constantFrom("gpu", "", "Lanes"), (v) => ({ engine: v as Engine })), /^engine/],
  ["engine", of(fc.constant("bits"), (v) => ({ engine: v })), /^engine "bits"/],
  ["seed", of(fc.constantFrom(NaN, Infinity), (v) => ({ seed: v })), /seed/],
];

describe("200 random invalid configurations", () => {
  it("are all refused by the name of the field at fault", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: faults.length - 1 }).chain((i) =>
          faults[i][1].map((change) => ({ fault: faults[i], change }))
        ),
        async ({ fault: [, , message], change }) => {
          const run = sampleEnsemble({ ...valid, ...change } as SampleOptions);
          await expect(run).rejects.toThrow(message);
          await expect(run).rejects.toThrow(RangeError);
        },
      ),
      { numRuns: 200, seed: 5 },
    );
  });
});
