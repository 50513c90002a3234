import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomStream } from "@spiediff/random";
import { EVERY_LOOPS } from "./_every_loops.ts";
import { configurations, leastElements } from "./arbitraries.ts";
import { createIntegrals } from "../integrals.ts";
import { recordCapacity } from "./hop_record.ts";
import { createLattice, loadOccupation, refreshBondRates } from "./lattice.ts";
import { ledgerKeeper } from "./ledger.ts";
import type { ReplicaEngine } from "./types.ts";
import { createWord, readWord, startWord } from "./word.ts";
import { wordRunner } from "./word_records.ts";

const ENGINES: ReplicaEngine[] = ["bits", "lanes"];

describe.each(ENGINES)("hops of recorded replicas, %s", (engine) => {
  it("lead to where the replicas are, with the same bits in every build", () => {
    fc.assert(
      fc.property(configurations, fc.nat(), fc.nat(300), ({ system: any, eta }, seed, attempts) => {
        const system = engine === "bits" ? { ...any, halfWidth: 1 } : any, { sites } = system;
        const elements = leastElements(sites), capacity = 320;
        const start = { density: Float64Array.from(eta, (v) => 0.2 + 0.6 * v) };
        const [plain, ...others] = [...EVERY_LOOPS].reverse().map((loops) => {
          const word = createWord(system, engine, loops, null, { attempts: capacity });
          const { record, width } = word.replicas;
          startWord(word, start, randomStream(seed));
          const replicas = [0, 5, width - 1], before = new Uint8Array(sites);
          const starts = replicas.map((k) => {
            readWord(word, k, before);
            return before.slice();
          });
          record!.record(attempts);
          const shape = { elements, attempts: capacity };
          const lattice = createLattice(system, undefined, loops, undefined, shape);
          const made = replicas.map((k, i) => {
            loadOccupation(lattice, starts[i]);
            const recorded = {
              shift: word.shifts[k],
              attempted: record!.attempted,
              hops: record!.hopsOf(k),
            };
            const integrals = [0, 1].map(() => createIntegrals(elements));
            const half = attempts >> 1, keeper = ledgerKeeper(lattice), stream = randomStream(k);
            keeper.replay(recorded, 0, half, stream, integrals[0]);
            keeper.replay(recorded, half, attempts, stream, integrals[1]);
            readWord(word, k, before);
            expect(lattice.occupation).toEqual(before);
            const [kept, counts] = [lattice.bondRate.slice(), lattice.windowCount.slice()];
            loadOccupation(lattice, before);
            refreshBondRates(lattice);
            expect(lattice.windowCount).toEqual(counts);
            if (attempts > 1) expect(kept).toEqual(lattice.bondRate);
            return { integrals, kept, hops: lattice.hops, state: stream.state };
          });
          return { made, attempted: record!.attempted.slice(0, attempts) };
        });
        for (const other of others) expect(other).toEqual(plain);
      }),
      { numRuns: 40 },
    );
  });

  it("leave martingales: means zero, covariances the bracket's, none between replicas (false alarms 1e-5)", () => {
    const system = { sites: 16, halfWidth: engine === "bits" ? 1 : 2, betaJ0: 2 };
    const elements = 4, windows = { burnIn: 1 / 256, horizons: [1 / 256, 3 / 256] };
    const density = Float64Array.from(
      { length: 16 },
      (_, x) => 0.5 + 0.3 * Math.cos(x * Math.PI / 8),
    );
    const run = wordRunner({ system, engine }, elements, { density }, {
      ...windows,
      controlVariates: true,
    });
    const width = engine === "bits" ? 512 : 64, words = engine === "bits" ? 60 : 400;
    // What has mean zero: Q - A, its products less the bracket, and products between replicas; a mean of each word.
    const means: number[][] = [];
    for (let w = 0; w < words; w++) {
      const own = new Float64Array(elements + elements * elements),
        sum = new Float64Array(elements);
      let squares = 0;
      run(
        randomStream(17, engine, w),
        width,
        ({ windows: [, { current, compensator, bracket }] }) => {
          const m = current.map((q, e) => q - compensator[e]);
          for (let e = 0; e < elements; e++) {
            sum[e] += m[e];
            squares += m[e] ** 2;
            own[e] += m[e] / width;
            for (let f = 0; f < elements; f++) {
              const at = elements * e + f;
              own[elements + at] += (m[e] * m[f] - bracket[at]) / width;
            }
          }
        },
      );
      const between = sum.reduce((s, v) => s + v * v, 0) - squares;
      means.push([...own, between / squares / (width - 1)]);
    }
    means[0].forEach((_, i) => {
      const values = means.map((of) => of[i]), mean = values.reduce((a, b) => a + b, 0) / words;
      const variance = values.reduce((s, v) => s + (v - mean) ** 2, 0) / (words - 1) / words;
      // 4 means, 10 distinct covariances, one correlation: Student's t of 59 degrees at 5.4.
      expect(Math.abs(mean)).toBeLessThan(5.4 * Math.sqrt(variance));
    });
  });
});

describe("a record", () => {
  it("has room for windows of some hundred attempts a bond, on lattices whose attempts stay as drawn", () => {
    const system = { sites: 2000, halfWidth: 40, betaJ0: 1 };
    const room = recordCapacity(system, "lanes", 4e-6);
    expect(room % 64).toBe(0);
    expect(room).toBeGreaterThan(32_000 + 12 * Math.sqrt(32_000));
    expect(room).toBeLessThan(35_000);
    expect(recordCapacity(system, "lanes", 4e-5)).toBe(0);
    expect(recordCapacity({ ...system, sites: 20_000 }, "lanes", 4e-9)).toBe(0);
  });
});
