import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { randomStream } from "@spiediff/random";
import { advance } from "./advance.ts";
import { configurations } from "./arbitraries.ts";
import {
  ALARM,
  deviateOf,
  energy,
  gibbsLaw,
  hopRate,
  lawAt,
  pack,
  pearson,
  startOn,
  unpack,
} from "./enumeration.ts";
import { createLattice, loadOccupation, refreshBondRates } from "./lattice.ts";
import { THRESHOLD_BITS, uniformise } from "./rates.ts";

describe("rates", () => {
  it("obey detailed balance for every configuration and kernel", () => {
    fc.assert(fc.property(configurations, ({ system, eta }) => {
      for (let x = 0; x < system.sites; x++) {
        const y = (x + 1) % system.sites;
        const forth = hopRate(eta, x, y, system);
        if (forth === 0) continue;
        const after = [...eta];
        after[x] = 0;
        after[y] = 1;
        const back = hopRate(after, y, x, system);
        const balance = Math.log(forth / back) - energy(eta, system) + energy(after, system);
        expect(Math.abs(balance)).toBeLessThan(1e-9);
      }
    }));
  });

  it("of every bond equal attempt rate times acceptance, within the stated resolution", () => {
    fc.assert(fc.property(configurations, ({ system, eta }) => {
      const lattice = createLattice(system);
      loadOccupation(lattice, eta);
      refreshBondRates(lattice);
      for (let x = 0; x < system.sites; x++) {
        const y = (x + 1) % system.sites;
        const net = hopRate(eta, x, y, system) - hopRate(eta, y, x, system);
        const kept = lattice.attemptRate * lattice.bondRate[x] / 2 ** THRESHOLD_BITS;
        expect(Math.abs(kept - net)).toBeLessThanOrEqual(
          lattice.attemptRate * 2 ** -THRESHOLD_BITS,
        );
      }
    }));
  });

  it("never exceed their bound, which one configuration attains", () => {
    fc.assert(fc.property(configurations, ({ system, eta }) => {
      const { attemptRate } = uniformise(system);
      for (let x = 0; x < system.sites; x++) {
        const rate = hopRate(eta, x, (x + 1) % system.sites, system);
        expect(rate).toBeLessThanOrEqual(attemptRate * (1 + 1e-12));
      }
      // Attraction lets a lone particle hop most often, repulsion one whose only vacant site is the target.
      const most = eta.map((_, x) => system.betaJ0 < 0 ? Number(x !== 1) : Number(x === 0));
      expect(hopRate(most, 0, 1, system) / attemptRate).toBeCloseTo(1, 12);
    }));
  });
});

describe("the law of the process on small rings", () => {
  const cases = [
    { sites: 6, halfWidth: 1, betaJ0: 2 },
    { sites: 8, halfWidth: 2, betaJ0: 3 },
    { sites: 8, halfWidth: 1, betaJ0: -3 },
    { sites: 8, halfWidth: 3, betaJ0: 1.5 },
    { sites: 8, halfWidth: 2, betaJ0: 0 },
    { sites: 10, halfWidth: 1, betaJ0: 2 },
    { sites: 10, halfWidth: 2, betaJ0: 3 },
    { sites: 10, halfWidth: 1, betaJ0: -3 },
    { sites: 10, halfWidth: 2, betaJ0: -3 },
  ].map((system) => ({
    system,
    start: startOn(system.sites),
    // So many a bond of a free particle; two reach all configurations of ten sites.
    attempts: system.sites === 10 ? 2 : 0.4,
    name: `N=${system.sites}, L=${system.halfWidth}, beta J0=${system.betaJ0}`,
  }));

  it.each(cases)(
    "at a finite time is the matrix exponential's, $name (false alarms 1e-5)",
    ({ system, start, attempts }) => {
      const lattice = createLattice(system);
      const time = attempts / system.sites ** 2;
      const counts = new Map<number, number>();
      const stream = randomStream(1, "finite time", system.betaJ0);
      for (let r = 0; r < 40_000; r++) {
        loadOccupation(lattice, unpack(start, system.sites));
        advance(lattice, time, stream);
        const mask = pack(lattice.occupation);
        counts.set(mask, (counts.get(mask) ?? 0) + 1);
      }
      expect(deviateOf(pearson(counts, lawAt(start, time, system)))).toBeLessThan(ALARM);
    },
  );

  it.each(cases)("tends to Gibbs', $name (false alarms 1e-5)", ({ system, start }) => {
    const lattice = createLattice(system);
    const counts = new Map<number, number>();
    const stream = randomStream(2, "stationary", system.betaJ0);
    loadOccupation(lattice, unpack(start, system.sites));
    // 12 time units (in hops) between samples: the slowest correlation left is 1 %.
    const gap = 12 * Math.exp(Math.max(0, system.betaJ0)) / system.sites ** 2;
    for (let r = 0; r < 20_000; r++) {
      advance(lattice, gap, stream);
      const mask = pack(lattice.occupation);
      counts.set(mask, (counts.get(mask) ?? 0) + 1);
    }
    expect(deviateOf(pearson(counts, gibbsLaw(start, system)))).toBeLessThan(ALARM);
  });

  it("does not depend on whether one or two draws make an attempt (false alarms 1e-5)", () => {
    const system = { sites: 8, halfWidth: 2, betaJ0: 3 };
    const start = startOn(system.sites);
    const lattice = { ...createLattice(system), oneDraw: false };
    const time = 0.4 / 64;
    const counts = new Map<number, number>();
    const stream = randomStream(3, "two draws");
    for (let r = 0; r < 40_000; r++) {
      loadOccupation(lattice, unpack(start, 8));
      advance(lattice, time, stream);
      const mask = pack(lattice.occupation);
      counts.set(mask, (counts.get(mask) ?? 0) + 1);
    }
    expect(deviateOf(pearson(counts, lawAt(start, time, system)))).toBeLessThan(ALARM);
  });
});
