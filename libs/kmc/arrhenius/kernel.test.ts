import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { randomStream } from "@spiediff/random";
import { advance } from "./advance.ts";
import { kernelConfigurations } from "./arbitraries.ts";
import { loopsOf } from "./loops.ts";
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
import { couplings } from "./kernel.ts";
import { createLattice, loadOccupation, recount, refreshBondRates } from "./lattice.ts";
import { checkSystem, THRESHOLD_BITS } from "./rates.ts";
import { attemptHops } from "./rejection.ts";
import type { ArrheniusSystem, Kernel } from "./types.ts";

describe("kernels", () => {
  it.each<[Kernel, number]>([
    [{ name: "constant" }, 1],
    [{ name: "linear" }, 1],
    [{ name: "gaussian", width: 0.1 }, 1],
  ])("%o sum to betaJ0 over r = -L..L, as the constant one", (kernel) => {
    const halfWidth = 40, betaJ0 = 1.7;
    const j = couplings({ sites: 200, halfWidth, betaJ0, kernel });
    // What is missing is the share of r = 0, the largest.
    const sum = 2 * j.reduce((a, b) => a + b, 0);
    expect(sum).toBeLessThan(betaJ0);
    expect(sum + j[1]).toBeLessThanOrEqual(betaJ0 * 1.001);
    expect(sum + 1.05 * j[1]).toBeGreaterThan(betaJ0);
  });

  it("have the shapes they are named after", () => {
    const of = (kernel: Kernel) => couplings({ sites: 100, halfWidth: 10, betaJ0: 2, kernel });
    const constant = of({ name: "constant" });
    expect([...constant].slice(1).every((v) => Math.abs(v - 2 / 21) < 1e-15)).toBe(true);
    const linear = of({ name: "linear" });
    expect(linear[2] / linear[10]).toBeCloseTo((1 - 4 / 21) / (1 - 20 / 21), 12);
    const gaussian = of({ name: "gaussian", width: 0.3 });
    expect(gaussian[9] / gaussian[3]).toBeCloseTo(Math.exp(-72 / (2 * (0.3 * 21) ** 2)), 12);
    const morse = of({ name: "morse", well: 0.2, steepness: 12 });
    expect(morse[1]).toBeLessThan(0);
    expect(morse.indexOf(Math.max(...morse))).toBe(4);
    expect([...of({ name: "table", values: [3, -1, ...Array(8).fill(0.5)] })].slice(0, 4))
      .toEqual([0, 6, -2, 1]);
  });

  const base = { sites: 100, halfWidth: 3, betaJ0: 1 };
  it.each<[string, Partial<ArrheniusSystem>, RegExp]>([
    ["name", { kernel: { name: "step" } as unknown as Kernel }, /kernel\.name.*"step"/],
    ["width", { kernel: { name: "gaussian", width: 0 } }, /kernel\.width.*0/],
    ["well", { kernel: { name: "morse", well: -1 } }, /kernel\.well.*-1/],
    ["steepness", { kernel: { name: "morse", steepness: NaN } }, /kernel\.steepness.*NaN/],
    ["length", { kernel: { name: "table", values: [1] } }, /kernel\.values.*halfWidth = 3, not 1/],
    ["value", { kernel: { name: "table", values: [1, NaN, 1] } }, /kernel\.values\[1\].*NaN/],
    ["range", { kernel: { name: "table", values: [5, 5, 5] } }, /betaJ0.*"table"/],
  ])("refuse a bad %s by name", (_, change, message) => {
    expect(() => checkSystem({ ...base, ...change })).toThrow(message);
    expect(() => checkSystem({ ...base, ...change })).toThrow(RangeError);
  });
});

describe("rates of any kernel", () => {
  it("obey detailed balance for every configuration", () => {
    fc.assert(fc.property(kernelConfigurations, ({ system, eta }) => {
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

  it("equal attempt rate times acceptance, within the rounding of couplings, and keep their bound", () => {
    fc.assert(fc.property(kernelConfigurations, ({ system, eta }) => {
      const lattice = createLattice(system);
      loadOccupation(lattice, eta);
      refreshBondRates(lattice);
      for (let x = 0; x < system.sites; x++) {
        const y = (x + 1) % system.sites;
        const net = hopRate(eta, x, y, system) - hopRate(eta, y, x, system);
        const kept = lattice.attemptRate * lattice.bondRate[x] / 2 ** THRESHOLD_BITS;
        const rounding = Math.abs(net) * system.halfWidth * 2 ** -20 + lattice.attemptRate * 1e-7;
        expect(Math.abs(kept - net)).toBeLessThanOrEqual(rounding);
        expect(Math.abs(lattice.bondRate[x])).toBeLessThanOrEqual(2 ** THRESHOLD_BITS);
      }
    }));
  });

  it("and energies equal a recount after hops, compiled or not", () => {
    expect(loopsOf("wasm")).toBe("wasm");
    fc.assert(
      fc.property(kernelConfigurations, fc.nat(), ({ system, eta }, seed) => {
        const lattices = (["wasm", "typescript"] as const).map((loops) =>
          createLattice(system, "pair-energies", loops)
        );
        lattices.forEach((lattice) => loadOccupation(lattice, eta));
        const states = [0, 1].map(() => randomStream(seed).state);
        lattices.forEach((lattice, i) => attemptHops(lattice, states[i], 400));
        expect(states[1]).toEqual(states[0]);
        const [compiled, plain] = lattices;
        expect(plain.occupation).toEqual(compiled.occupation);
        expect(plain.pairs!.energy).toEqual(compiled.pairs!.energy);
        expect([plain.hops, plain.netHops]).toEqual([compiled.hops, compiled.netHops]);
        const { energy: energies } = lattices[0].pairs!;
        const incremental = energies.slice();
        recount(lattices[0]);
        expect(energies).toEqual(incremental);
      }),
      { numRuns: 200 },
    );
  });

  it("run to the same bits compiled and in TypeScript on large lattices", () => {
    // Above 1 MB the compiled loop makes its attempts in another order.
    const sites = 250_000;
    const system = { sites, halfWidth: 40, betaJ0: 2, kernel: { name: "gaussian" } as const };
    const [compiled, plain] = (["wasm", "typescript"] as const).map((loops) => {
      const lattice = createLattice(system, "pair-energies", loops);
      loadOccupation(
        lattice,
        Uint8Array.from({ length: sites }, (_, x) => (x * x) % 7 < 3 ? 1 : 0),
      );
      attemptHops(lattice, randomStream(9).state, 600_001);
      return lattice;
    });
    expect(plain.hops).toBeGreaterThan(20_000);
    expect(plain.occupation).toEqual(compiled.occupation);
    expect(plain.pairs!.energy).toEqual(compiled.pairs!.energy);
  });
});

describe("the law of any kernel on small rings", () => {
  const cases: ArrheniusSystem[] = [
    { sites: 8, halfWidth: 3, betaJ0: 3, kernel: { name: "gaussian" } },
    { sites: 8, halfWidth: 2, betaJ0: -2, kernel: { name: "linear" } },
    { sites: 9, halfWidth: 3, betaJ0: 4, kernel: { name: "morse", well: 0.3, steepness: 6 } },
    { sites: 10, halfWidth: 2, betaJ0: 2, kernel: { name: "gaussian" } },
    { sites: 8, halfWidth: 2, betaJ0: 1, kernel: { name: "table", values: [1.5, -1] } },
    { sites: 8, halfWidth: 2, betaJ0: 0, kernel: { name: "gaussian" } },
  ];

  it.each(cases)(
    "is the matrix exponential's at a finite time, %o (false alarms 1e-5)",
    (system) => {
      const lattice = createLattice(system);
      const time = 0.4 / system.sites ** 2;
      const counts = new Map<number, number>();
      const stream = randomStream(31, "kernel", system.kernel!.name, system.betaJ0);
      for (let r = 0; r < 30_000; r++) {
        loadOccupation(lattice, unpack(startOn(system.sites), system.sites));
        advance(lattice, time, stream);
        const mask = pack(lattice.occupation);
        counts.set(mask, (counts.get(mask) ?? 0) + 1);
      }
      expect(deviateOf(pearson(counts, lawAt(startOn(system.sites), time, system)))).toBeLessThan(
        ALARM,
      );
    },
  );

  it.each(cases.slice(0, 5))("tends to Gibbs', %o (false alarms 1e-5)", (system) => {
    const lattice = createLattice(system);
    const counts = new Map<number, number>();
    const stream = randomStream(32, "kernel", system.kernel!.name);
    loadOccupation(lattice, unpack(startOn(system.sites), system.sites));
    for (let r = 0; r < 10_000; r++) {
      advance(lattice, 60 / system.sites ** 2, stream);
      const mask = pack(lattice.occupation);
      counts.set(mask, (counts.get(mask) ?? 0) + 1);
    }
    expect(deviateOf(pearson(counts, gibbsLaw(startOn(system.sites), system)))).toBeLessThan(ALARM);
  });

  it("is the same from window counts and pair energies (false alarms 1e-5)", () => {
    const system = { sites: 8, halfWidth: 2, betaJ0: 3 };
    const time = 0.4 / 64;
    const lattice = createLattice(system, "pair-energies");
    expect(lattice.attemptRate).toBeCloseTo(createLattice(system).attemptRate, 9);
    const counts = new Map<number, number>();
    const stream = randomStream(33, "forced");
    for (let r = 0; r < 30_000; r++) {
      loadOccupation(lattice, unpack(startOn(8), 8));
      advance(lattice, time, stream);
      const mask = pack(lattice.occupation);
      counts.set(mask, (counts.get(mask) ?? 0) + 1);
    }
    expect(deviateOf(pearson(counts, lawAt(startOn(system.sites), time, system)))).toBeLessThan(
      ALARM,
    );
    expect(() => createLattice({ ...system, kernel: { name: "linear" } }, "window-counts"))
      .toThrow(/"window-counts".*"linear"/);
  });
});
