import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { projectOccupation } from "@spiediff/mesh";
import { randomStream } from "@spiediff/random";
import { configurations, leastElements, ordered } from "./arbitraries.ts";
import { cutInto, type OrderPlan, planOrder } from "./order_plan.ts";
import {
  ALARM,
  deviateOf,
  gibbsLaw,
  lawAt,
  pack,
  pearson,
  startOn,
  unpack,
} from "./enumeration.ts";
import { elementCurrents } from "./ledger.ts";
import { REPLICA_ATTEMPTS, REPLICAS } from "./replica_memory.ts";
import { EVERY_LOOPS } from "./_every_loops.ts";
import { createReplicas, replicasFit } from "./replicas.ts";
import type { ArrheniusSystem, ReplicaEngine } from "./types.ts";
import { advanceWord, createWord, readWord, startWord } from "./word.ts";
import { build, compiler } from "./compiled/build.ts";

const fixed = (eta: ArrayLike<number>) => (out: Uint8Array) => out.set(Uint8Array.from(eta));
/** L above 127 takes counts of 16 bits and digits of 5; the ring must be longer than the window. */
const wide: fc.Arbitrary<{ system: ArrheniusSystem; eta: number[] }> = fc.record({
  system: fc.record({
    sites: fc.constant(300),
    halfWidth: fc.integer({ min: 128, max: 149 }),
    betaJ0: fc.double({ min: -4, max: 4, noNaN: true }),
  }),
  eta: fc.array(fc.nat(1), { minLength: 300, maxLength: 300 }),
});
const widest = wide.chain(({ system }) =>
  fc.record({
    system: fc.record({
      sites: fc.constant(1100),
      halfWidth: fc.integer({ min: 512, max: 549 }),
      betaJ0: fc.constant(system.betaJ0),
    }),
    eta: fc.array(fc.nat(1), { minLength: 1100, maxLength: 1100 }),
  })
);
const nearest = configurations.map(({ system, eta }) => ({
  system: { ...system, halfWidth: 1 },
  eta,
}));
/** `plan` absent: by the lattice's size, hence as attempts are drawn. */
type Configured = fc.Arbitrary<{ system: ArrheniusSystem; eta: number[]; plan?: OrderPlan }>;
const engines: [ReplicaEngine, string, Configured][] = [
  ["bits", "L = 1", nearest],
  ["bits", "L = 1, cell by cell", ordered(nearest, REPLICA_ATTEMPTS.bits)],
  ["lanes", "any L", configurations],
  ["lanes", "any L, cell by cell", ordered(configurations, REPLICA_ATTEMPTS.lanes)],
  ["lanes", "L above 127", wide],
  ["lanes", "L above 127, cell by cell", ordered(wide, REPLICA_ATTEMPTS.lanes)],
  ["lanes", "L above 511", widest],
];

describe.each(engines)("replicas in %s, %s", (engine, _, systems) => {
  it("are the same bits compiled and in TypeScript, and keep particles and counts", () => {
    fc.assert(
      fc.property(systems, fc.nat(), ({ system, eta, plan }, seed) => {
        const readings = { elements: leastElements(system.sites), vectors: 2 };
        const words = EVERY_LOOPS.map((loops) =>
          createWord(system, engine, loops, plan, { readings })
        );
        const eachItsOwn = () => {
          let k = 0;
          return (out: Uint8Array) => {
            out.forEach((_, x) => out[x] = eta[(x + k) % eta.length]);
            k++;
          };
        };
        for (const word of words) {
          startWord(word, eachItsOwn(), randomStream(seed));
          const { readings, width } = word.replicas;
          readings!.sum(width, "before");
          readings!.fields(width, 0);
          advanceWord(word, 30 / system.sites / word.replicas.attemptRate);
          readings!.sum(width - 1, "after");
          readings!.currents(width - 1, 1, 0.1);
        }
        const [a, ...others] = words.map((word) => word.replicas);
        others.forEach((b, i) => {
          expect(b.eta).toEqual(a.eta);
          expect(b.count).toEqual(a.count);
          expect(b.reference).toEqual(a.reference);
          for (const k of [0, 5, a.width - 1]) {
            expect(b.rowOf(k)).toEqual(a.rowOf(k));
          }
          for (const part of ["before", "after", "values"] as const) {
            expect(b.readings![part]).toEqual(a.readings![part]);
          }
          expect(b.through).toEqual(a.through);
          expect([b.stream, b.lanes]).toEqual([a.stream, a.lanes]);
          expect(words[i + 1].hops).toBe(words[0].hops);
        });
        const particles = eta.reduce((s, v) => s + v, 0);
        const fresh = createWord(system, engine);
        const out = new Uint8Array(system.sites);
        let k = 0;
        const copy = (into: Uint8Array) => {
          readWord(words[0], k++, into);
          expect(into.reduce((s, v) => s + v, 0)).toBe(particles);
        };
        startWord(fresh, copy, randomStream(seed));
        // Same stream, same shifts: what was loaded anew must equal what hops have kept.
        expect(fresh.replicas.count).toEqual(a.count);
        expect(fresh.replicas.reference).toEqual(a.reference);
        expect(fresh.replicas.eta).toEqual(a.eta);
        readWord(fresh, 3, out);
        expect(out.every((v) => v === 0 || v === 1)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it("count the net hops of each replica: currents close the balance of z", () => {
    fc.assert(
      fc.property(systems, fc.nat(), ({ system, eta }, seed) => {
        const elements = 3;
        const sites = system.sites - system.sites % elements;
        fc.pre(2 * system.halfWidth + 1 < sites);
        const word = createWord({ ...system, sites }, engine, undefined, undefined, {
          readings: { elements, vectors: 2 },
        });
        const readings = word.replicas.readings!;
        startWord(word, fixed(eta.slice(0, sites)), randomStream(seed));
        readings.sum(4, "before");
        // One attempt at a time on every replica: each change is one hop over a known bond.
        const net = new Int32Array(word.replicas.width);
        const before = new Uint8Array(sites), now = new Uint8Array(sites);
        const old = Array.from({ length: 4 }, () => Uint8Array.from(eta.slice(0, sites)));
        for (let attempt = 0; attempt < 60; attempt++) {
          word.replicas.attempt(1);
          old.forEach((was, k) => {
            readWord(word, k, now);
            const left = now.findIndex((v, x) => v !== was[x]);
            if (left < 0) return;
            const right = now.findLastIndex((v, x) => v !== was[x]);
            const bond = right === left + 1 ? left : right;
            net[k] += was[bond] === 1 ? 1 : -1;
            was.set(now);
          });
        }
        before.set(Uint8Array.from(eta.slice(0, sites)));
        readings.sum(4, "after");
        readings.currents(4, 1, 1);
        // Fields are of the sums before.
        readings.sum(4, "before");
        readings.fields(4, 0);
        const vectorOf = (k: number, index: number) =>
          readings.values.subarray((2 * k + index) * elements, (2 * k + index + 1) * elements);
        old.forEach((after, k) => {
          const q = elementCurrents(before, after, net[k], new Float64Array(elements));
          expect([...vectorOf(k, 1)]).toEqual([...q]);
          const z0 = projectOccupation(before, elements), z1 = projectOccupation(after, elements);
          expect(vectorOf(k, 0)).toEqual(z1);
          z0.forEach((z, i) =>
            expect(z1[i] - z).toBeCloseTo(
              elements / sites ** 2 * (q[(i + elements - 1) % elements] - q[i]),
              12,
            )
          );
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe.each(["bits", "lanes"] as const)("words of independent sites, %s", (engine) => {
  it("have the profile as mean at every site and no correlation of neighbours (false alarms 1e-5)", () => {
    const sites = 150, words = engine === "bits" ? 40 : 320;
    const density = Float64Array.from({ length: sites }, (_, x) => 0.02 + 0.96 * x / (sites - 1));
    const word = createWord({ sites, halfWidth: 1, betaJ0: 1 }, engine);
    const mean = new Float64Array(sites), pairs = new Float64Array(sites);
    const eta = new Uint8Array(sites);
    for (let w = 0; w < words; w++) {
      startWord(word, { density }, randomStream(61, engine, w));
      for (let k = 0; k < word.replicas.width; k++) {
        readWord(word, k, eta);
        eta.forEach((full, x) => {
          mean[x] += full;
          pairs[x] += (full - density[x]) * (eta[(x + 1) % sites] - density[(x + 1) % sites]);
        });
      }
    }
    const n = words * word.replicas.width;
    density.forEach((p, x) => {
      const q = density[(x + 1) % sites], variance = p * (1 - p) * n;
      // 300 comparisons, 5.6 standard errors.
      expect(Math.abs(mean[x] - n * p)).toBeLessThan(5.6 * Math.sqrt(variance));
      expect(Math.abs(pairs[x])).toBeLessThan(5.6 * Math.sqrt(variance * q * (1 - q)));
    });
  });

  it("start anew from another profile", () => {
    const system = { sites: 150, halfWidth: 1, betaJ0: 1 };
    const rows = (densities: number[]) => {
      const word = createWord(system, engine), eta = new Uint8Array(system.sites);
      for (const p of densities) {
        startWord(word, { density: new Float64Array(system.sites).fill(p) }, randomStream(3));
      }
      readWord(word, 5, eta);
      return eta;
    };
    expect(rows([0.2, 0.8])).toEqual(rows([0.8]));
    expect(rows([0.2, 0.8])).not.toEqual(rows([0.2]));
  });
});

describe("replicas on lattices beyond the caches", () => {
  // Above 1 MB attempts are made cell by cell; where they are made as they are drawn, lanes look ahead above 2^14 sites.
  it.each<[ReplicaEngine, number, number, boolean]>([
    ["lanes", 20_000, 40, false],
    ["lanes", 20_000, 400, false],
    ["lanes", 40_000, 40, true],
    ["lanes", 40_000, 400, true],
    ["bits", 40_000, 1, true],
  ])("are the same bits compiled and in TypeScript, %s, N = %d, L = %d", (engine, ...size) => {
    const [sites, halfWidth, cut] = size;
    expect(planOrder(sites, halfWidth, REPLICA_ATTEMPTS[engine])).not.toBe(null);
    const system = { sites, halfWidth, betaJ0: 2 };
    const [a, ...others] = EVERY_LOOPS.map((loops) => {
      const word = createWord(system, engine, loops, cut ? undefined : null);
      const start = (out: Uint8Array) => out.forEach((_, x) => out[x] = (x * x) % 7 < 3 ? 1 : 0);
      startWord(word, start, randomStream(9));
      word.replicas.attempt(30_001);
      return word.replicas;
    });
    // Not toEqual, which prints long differences for minutes.
    for (const part of ["eta", "count", "reference", "stream"] as const) {
      for (const b of others) {
        expect([part, b[part].every((value, i) => value === a[part][i])]).toEqual([part, true]);
      }
    }
  });
});

describe("the law of a replica on small rings", () => {
  const cut = (sites: number, halfWidth: number) =>
    cutInto(2, 4, sites, halfWidth, REPLICA_ATTEMPTS.lanes);
  const cases: [ReplicaEngine, ArrheniusSystem, OrderPlan?][] = [
    ["bits", { sites: 6, halfWidth: 1, betaJ0: 2 }],
    ["bits", { sites: 8, halfWidth: 1, betaJ0: -3 }],
    ["bits", { sites: 8, halfWidth: 1, betaJ0: 0 }],
    ["lanes", { sites: 8, halfWidth: 1, betaJ0: 2 }],
    ["lanes", { sites: 8, halfWidth: 2, betaJ0: 3 }],
    ["lanes", { sites: 8, halfWidth: 3, betaJ0: -2 }],
    ["bits", { sites: 10, halfWidth: 1, betaJ0: 2 }],
    ["lanes", { sites: 10, halfWidth: 1, betaJ0: -3 }],
    ["lanes", { sites: 10, halfWidth: 2, betaJ0: 3 }],
    // Cell by cell, but for one or two batches of a hundred, in which fronts meet.
    ["bits", { sites: 16, halfWidth: 1, betaJ0: 2 }, cut(16, 1)],
    ["lanes", { sites: 16, halfWidth: 1, betaJ0: -2 }, cut(16, 1)],
  ];

  it.each(cases)(
    "in %s is the matrix exponential's, %o (false alarms 1e-5)",
    (engine, system, plan) => {
      const word = createWord(system, engine, "wasm", plan);
      const { width } = word.replicas;
      const time = 0.4 / system.sites ** 2;
      const counts = new Map<number, number>();
      const eta = new Uint8Array(system.sites);
      const load = fixed(unpack(startOn(system.sites), system.sites));
      // One replica of each word, so that samples are independent; which one, changes.
      const words = engine === "bits" ? 2500 : 10_000;
      for (let w = 0; w < words; w++) {
        startWord(word, load, randomStream(51, engine, system.betaJ0, w));
        advanceWord(word, time);
        readWord(word, w * 7 % width, eta);
        const mask = pack(eta);
        counts.set(mask, (counts.get(mask) ?? 0) + 1);
      }
      expect(deviateOf(pearson(counts, lawAt(startOn(system.sites), time, system)))).toBeLessThan(
        ALARM,
      );
    },
  );

  it.each(cases)("in %s tends to Gibbs', %o (false alarms 1e-5)", (engine, system, plan) => {
    const word = createWord(system, engine, "wasm", plan);
    const counts = new Map<number, number>();
    const eta = new Uint8Array(system.sites);
    startWord(
      word,
      fixed(unpack(startOn(system.sites), system.sites)),
      randomStream(52, engine, system.betaJ0),
    );
    const gap = 6 * Math.exp(Math.max(0, system.betaJ0)) / system.sites ** 2;
    // Two replicas a sample: shared attempts cannot correlate them in equilibrium, where each is in a
    // state of its own.
    for (let r = 0; r < 8000; r++) {
      advanceWord(word, gap);
      for (const k of [r % 8, 8 + r % 8]) {
        readWord(word, k, eta);
        const mask = pack(eta);
        counts.set(mask, (counts.get(mask) ?? 0) + 1);
      }
    }
    expect(deviateOf(pearson(counts, gibbsLaw(startOn(system.sites), system)))).toBeLessThan(ALARM);
  });
});

/**
 * Intraclass correlation of `Dz` within words: mean product of two replicas' changes over the mean square,
 * averaged over nodes; standard error from the words.
 */
function intraclass(engine: ReplicaEngine, words: number, shared: boolean) {
  const sites = 200, elements = 10;
  const system = { sites, halfWidth: engine === "bits" ? 1 : 5, betaJ0: 1 };
  const word = createWord(system, engine);
  const { width } = word.replicas;
  const products: number[] = [];
  let squares = 0;
  const eta = new Uint8Array(sites);
  for (let w = 0; w < words; w++) {
    const one = Uint8Array.from({ length: sites }, (_, x) => (x * 7 + w) % 13 < 6 ? 1 : 0);
    startWord(word, (out, stream) => {
      if (shared) out.set(one);
      else out.forEach((_, x) => out[x] = stream.uniform() < 0.5 ? 1 : 0);
    }, randomStream(53, engine, w));
    if (shared) {
      // Undo the shifts: every replica in the same state at the same place.
      for (let k = 0; k < width; k++) word.replicas.rowOf(k).set(one);
      word.replicas.loadRows();
      word.shifts.fill(0);
    }
    const before = Array.from({ length: width }, (_, k) => {
      readWord(word, k, eta);
      return projectOccupation(eta, elements);
    });
    advanceWord(word, 10 / sites ** 2);
    const sum = new Float64Array(elements);
    let square = 0;
    before.forEach((z0, k) => {
      readWord(word, k, eta);
      projectOccupation(eta, elements).forEach((z, i) => {
        sum[i] += z - z0[i];
        square += (z - z0[i]) ** 2;
      });
    });
    products.push((sum.reduce((s, v) => s + v * v, 0) - square) / (width * (width - 1) * elements));
    squares += square / (width * elements * words);
  }
  const mean = products.reduce((a, b) => a + b, 0) / words;
  const variance = products.reduce((s, p) => s + (p - mean) ** 2, 0) / (words - 1) / words;
  return { value: mean / squares, standardError: Math.sqrt(variance) / squares };
}

describe("replicas of one word", () => {
  it.each<[ReplicaEngine, number, number]>([["bits", 100, 4e-4], ["lanes", 700, 2e-3]])(
    "in %s are uncorrelated from independent, shifted starts (false alarms 1e-5)",
    (engine, words, resolved) => {
      const { value, standardError } = intraclass(engine, words, false);
      expect(standardError).toBeLessThan(resolved);
      expect(Math.abs(value)).toBeLessThan(4.5 * standardError);
    },
  );

  it.each<ReplicaEngine>(["bits", "lanes"])(
    "in %s would be strongly correlated from one microscopic state: the test above can fail",
    (engine) => {
      expect(intraclass(engine, 20, true).value).toBeGreaterThan(0.03);
    },
  );

  it("refuse what they cannot take, by name", () => {
    const system = { sites: 40_000, halfWidth: 2, betaJ0: 1 };
    expect(() => createReplicas(system, "bits")).toThrow(/"bits".*at most 1.*with 2/);
    expect(() => createReplicas({ ...system, halfWidth: 16384 }, "lanes")).toThrow(/16383.*16384/);
    const linear = { ...system, kernel: { name: "linear" } as const };
    expect(() => createReplicas(linear, "lanes")).toThrow(/"linear"/);
    expect(replicasFit(linear, "lanes")).toBe(false);
    expect(() => createReplicas({ ...system, betaJ0: 50 }, "lanes")).toThrow(/betaJ0.*50/);
    expect(REPLICAS.bits).toBe(512);
  });
});

describe("engine.wasm", () => {
  it("is what the C files beside it compile to, where clang 14 is present", () => {
    // Other versions emit other bytes for the same source.
    if (!/version 14\./.test(compiler() ?? "")) return;
    const output = Deno.makeTempFileSync({ suffix: ".wasm" });
    try {
      build(output);
      expect(Deno.readFileSync(output)).toEqual(
        Deno.readFileSync(new URL("./compiled/engine.wasm", import.meta.url)),
      );
    } finally {
      Deno.removeSync(output);
    }
  });
});
