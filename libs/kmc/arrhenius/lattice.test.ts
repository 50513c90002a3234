import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { projectOccupation } from "@spiediff/mesh";
import { randomStream } from "@spiediff/random";
import { advance } from "./advance.ts";
import { configurations, leastElements } from "./arbitraries.ts";
import { createLattice, loadOccupation, recount, refreshBondRates } from "./lattice.ts";
import { createIntegrals } from "../integrals.ts";
import { EVERY_LOOPS } from "./_every_loops.ts";
import { elementCurrents, ledgerKeeper } from "./ledger.ts";
import { type CountLayout, createCounts } from "./packed_counts.ts";
import { attemptHops, attemptHopsWithLedger } from "./rejection.ts";

const total = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

/** L above 63: sites are packed into 16 bits instead of 8. */
const longRange: typeof configurations = fc.record({
  system: fc.record({
    sites: fc.constant(300),
    halfWidth: fc.integer({ min: 64, max: 149 }),
    betaJ0: fc.double({ min: -4, max: 4, noNaN: true }),
  }),
  eta: fc.array(fc.nat(1), { minLength: 300, maxLength: 300 }),
});

describe("accepted hops", () => {
  it("keep occupations 0 or 1, the particle number, and counts and rates equal to a recount, with a ledger and without", () => {
    fc.assert(
      fc.property(configurations, fc.nat(), ({ system, eta }, seed) => {
        const lattice = createLattice(system);
        loadOccupation(lattice, eta);
        refreshBondRates(lattice);
        const other = createLattice(system);
        loadOccupation(other, eta);
        const ledger = new Float64Array(2 * system.sites);
        attemptHopsWithLedger(lattice, randomStream(seed).state, 500, ledger, 0);
        attemptHops(other, randomStream(seed).state, 500);
        expect(other.occupation).toEqual(lattice.occupation);
        expect(other.windowCount).toEqual(lattice.windowCount);
        expect([other.hops, other.netHops]).toEqual([lattice.hops, lattice.netHops]);
        expect([...lattice.occupation].every((v) => v === 0 || v === 1)).toBe(true);
        expect(total(lattice.occupation)).toBe(total(eta));
        const counts = lattice.windowCount.slice();
        const rates = lattice.bondRate.slice();
        recount(lattice);
        expect(counts).toEqual(lattice.windowCount);
        expect(rates).toEqual(lattice.bondRate);
      }),
      { numRuns: 300 },
    );
  });

  const layouts = fc.constantFrom<CountLayout | undefined>(undefined, "bits");

  it("are the same compiled in any layout and in TypeScript, by pieces or at once", () => {
    const fits = fc.oneof(configurations, longRange);
    fc.assert(
      fc.property(fits, layouts, fc.nat(), ({ system, eta }, layout, seed) => {
        const { sites, halfWidth } = system;
        fc.pre(layout !== "bits" || sites >= halfWidth + 8);
        const [compiled, plain] = (["wasm", "typescript"] as const).map((loops) => {
          const created = createLattice(system, "window-counts", loops);
          const lattice = {
            ...created,
            ...createCounts(sites, halfWidth, created.threshold, loops, NO_LEDGER, layout),
          };
          loadOccupation(lattice, eta);
          return lattice;
        });
        expect(compiled.counts).not.toBe(null);
        expect(plain.counts).toBe(null);
        const streams = [0, 1].map(() => randomStream(seed));
        // Short advances stay in TypeScript, long ones are compiled.
        for (const perSite of [0.3, 20, 0.3, 40]) {
          const time = perSite / compiled.attemptRate;
          advance(compiled, time, streams[0]);
          advance(plain, time, streams[1]);
          expect(compiled.occupation).toEqual(plain.occupation);
          expect(compiled.windowCount).toEqual(plain.windowCount);
          expect([compiled.hops, compiled.netHops]).toEqual([plain.hops, plain.netHops]);
          expect(streams[0].state).toEqual(streams[1].state);
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each([[1_100_000, 400, "bits"], [1_000_003, 63, "bytes"]] as const)(
    "are so on lattices of %d sites, L = %d, in %s by themselves",
    (sites, halfWidth, layout) => {
      const eta = Uint8Array.from({ length: sites }, (_, x) => (x * x) % 7 < 3 ? 1 : 0);
      const system = { sites, halfWidth, betaJ0: 2 };
      const [compiled, plain] = (["wasm", "typescript"] as const).map((loops) => {
        const lattice = createLattice(system, "window-counts", loops);
        loadOccupation(lattice, eta);
        advance(lattice, 1.1 / lattice.attemptRate, randomStream(5));
        return lattice;
      });
      expect(compiled.counts?.layout).toBe(layout);
      expect(compiled.hops).toBeGreaterThan(sites / 10);
      expect([compiled.hops, compiled.netHops]).toEqual([plain.hops, plain.netHops]);
      expect(compiled.occupation.every((value, x) => value === plain.occupation[x])).toBe(true);
      expect(compiled.windowCount.every((value, x) => value === plain.windowCount[x])).toBe(true);
    },
  );

  it("are the same in one call or many", () => {
    const system = { sites: 100, halfWidth: 7, betaJ0: 2 };
    const run = (pieces: number[]) => {
      const lattice = createLattice(system);
      loadOccupation(lattice, Array.from({ length: 100 }, (_, x) => x % 2));
      const { state } = randomStream(5);
      for (const attempts of pieces) attemptHops(lattice, state, attempts);
      return lattice.occupation;
    };
    expect(run([3000])).toEqual(run([1, 999, 0, 2000]));
  });
});

const NO_LEDGER = { elements: 0, attempts: 0 };

describe("element currents", () => {
  it("equal a count of every hop, and close the balance of z", () => {
    fc.assert(fc.property(configurations, fc.nat(), ({ system, eta }, seed) => {
      const sites = Math.floor(system.sites / 4) * 4;
      fc.pre(2 * system.halfWidth + 1 < sites);
      const lattice = createLattice({ ...system, sites });
      loadOccupation(lattice, eta);
      const before = lattice.occupation.slice();
      const { state } = randomStream(seed);
      const counted = new Float64Array(4);
      for (let k = 0; k < 200; k++) {
        const old = lattice.occupation.slice();
        const net = lattice.netHops;
        attemptHops(lattice, state, 1);
        const sign = lattice.netHops - net;
        if (sign === 0) continue;
        const changed = [...old.keys()].filter((x) => old[x] !== lattice.occupation[x]);
        const bond = changed[0] + 1 === changed[1] ? changed[0] : changed[1];
        counted[Math.floor(bond * 4 / sites)] += sign;
      }
      const currents = elementCurrents(
        before,
        lattice.occupation,
        lattice.netHops,
        new Float64Array(4),
      );
      // On a ring of 4 sites a hop and the way round are told apart by the bond, so counts agree.
      expect([...currents]).toEqual([...counted]);
      const perHop = 4 / sites ** 2;
      const z0 = projectOccupation(before, 4);
      const z1 = projectOccupation(lattice.occupation, 4);
      for (let i = 0; i < 4; i++) {
        expect(z1[i] - z0[i]).toBeCloseTo(perHop * (currents[(i + 3) % 4] - currents[i]), 12);
      }
    }));
  });
});

describe("the ledger", () => {
  it("equals sums over every attempt, to the last bit", () => {
    fc.assert(
      fc.property(configurations, fc.nat(), ({ system, eta }, seed) => {
        const { sites } = system;
        const direct = createLattice(system);
        loadOccupation(direct, eta);
        const kept = createLattice(system);
        loadOccupation(kept, eta);
        const ledger = new Float64Array(2 * sites);
        const forth = new Float64Array(sites), back = new Float64Array(sites);
        const a = randomStream(seed).state, b = randomStream(seed).state;
        const attempts = 300;
        refreshBondRates(kept);
        for (let k = 0; k < attempts; k++) {
          refreshBondRates(direct);
          for (let x = 0; x < sites; x++) {
            if (direct.bondRate[x] > 0) forth[x] += direct.bondRate[x];
            else back[x] -= direct.bondRate[x];
          }
          attemptHops(direct, a, 1);
        }
        attemptHopsWithLedger(kept, b, 120, ledger, 0);
        attemptHopsWithLedger(kept, b, attempts - 120, ledger, 120);
        expect(kept.occupation).toEqual(direct.occupation);
        for (let x = 0; x < sites; x++) {
          const rate = kept.bondRate[x];
          expect(attempts * Math.max(rate, 0) - ledger[2 * x]).toBe(forth[x]);
          expect(attempts * Math.max(-rate, 0) - ledger[2 * x + 1]).toBe(back[x]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("gives the same bits compiled and in TypeScript, whatever was drawn before", () => {
    fc.assert(
      fc.property(configurations, fc.nat(), ({ system, eta }, seed) => {
        const elements = leastElements(system.sites);
        const [plain, ...others] = [...EVERY_LOOPS].reverse().map((loops) => {
          const lattice = createLattice(system, "window-counts", loops, undefined, {
            elements,
            attempts: 0,
          });
          const { advance } = ledgerKeeper(lattice), stream = randomStream(seed);
          loadOccupation(lattice, eta);
          const made = [0.3, 0, 40].map((perBond) => {
            const integrals = createIntegrals(elements);
            advance(perBond / lattice.attemptRate, stream, integrals);
            return integrals;
          });
          const { occupation, windowCount, bondRate, hops, netHops } = lattice;
          return { made, occupation, windowCount, bondRate, hops, netHops, state: stream.state };
        });
        for (const other of others) expect(other).toEqual(plain);
      }),
      { numRuns: 100 },
    );
  });

  it("leaves martingales: means zero, covariances the bracket's (false alarms 1e-5)", () => {
    const system = { sites: 16, halfWidth: 2, betaJ0: 2.5 };
    const elements = 4;
    const lattice = createLattice(system, undefined, undefined, undefined, {
      elements,
      attempts: 0,
    });
    const { advance } = ledgerKeeper(lattice);
    const integrals = createIntegrals(elements);
    const stream = randomStream(11, "martingale");
    const runs = 30_000;
    const sum = new Float64Array(elements);
    const pair = new Float64Array(16), pairSquare = new Float64Array(16);
    const before = Uint8Array.from({ length: 16 }, (_, x) => x < 7 ? 1 : 0);
    let variance = 0;
    for (let r = 0; r < runs; r++) {
      loadOccupation(lattice, before);
      advance(2 / 256, stream, integrals);
      const q = elementCurrents(before, lattice.occupation, lattice.netHops, new Float64Array(4));
      const m = q.map((v, e) => v - integrals.compensator[e]);
      for (let e = 0; e < elements; e++) {
        sum[e] += m[e];
        variance += m[e] ** 2 / (elements * runs);
        for (let f = 0; f < elements; f++) {
          const d = m[e] * m[f] - integrals.bracket[e * elements + f];
          pair[e * elements + f] += d;
          pairSquare[e * elements + f] += d * d;
        }
      }
    }
    // 4 means and 10 distinct covariances at 4.9 standard errors: 14 * 1e-6.
    for (let e = 0; e < elements; e++) {
      expect(Math.abs(sum[e]) / Math.sqrt(runs * variance)).toBeLessThan(4.9);
    }
    pair.forEach((s, i) => expect(Math.abs(s) / Math.sqrt(pairSquare[i])).toBeLessThan(4.9));
  });
});
