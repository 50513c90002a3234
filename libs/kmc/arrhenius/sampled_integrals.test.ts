import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kernelConfigurations } from "./arbitraries.ts";
import { createIntegrals } from "../integrals.ts";
import { createLattice, loadOccupation, refreshBondRates } from "./lattice.ts";
import { elementCurrents } from "./ledger.ts";
import { attemptHops } from "./rejection.ts";
import { sampleRates, samplingAdvance } from "./sampled_integrals.ts";
import { randomStream } from "@spiediff/random";
import type { ArrheniusSystem } from "./types.ts";

const system: ArrheniusSystem = {
  sites: 16,
  halfWidth: 3,
  betaJ0: 2.5,
  kernel: { name: "gaussian" },
};
const elements = 4;
const start = Uint8Array.from({ length: 16 }, (_, x) => x < 7 ? 1 : 0);

describe("sampled rates", () => {
  it("are those of every bond, summed over elements, the same bits compiled and in TypeScript", () => {
    fc.assert(fc.property(kernelConfigurations, fc.nat(), ({ system, eta }, seed) => {
      const { sites } = system;
      const found = (["wasm", "typescript"] as const).map((loops) => {
        const lattice = createLattice(system, "pair-energies", loops);
        loadOccupation(lattice, eta);
        attemptHops(lattice, randomStream(seed).state, 50);
        const net = lattice.pairs!.compiled?.net ?? new Float64Array(sites);
        net.fill(1);
        const sums = { signed: new Float64Array(2), absolute: new Float64Array(2) };
        if (sites % 2 === 0) sampleRates(lattice, lattice.pairs!, 2, net, sums);
        return { lattice, net, sums };
      });
      expect(found[1].net).toEqual(found[0].net);
      expect(found[1].sums).toEqual(found[0].sums);
      if (sites % 2 === 1) return;
      const { lattice, net, sums } = found[0];
      refreshBondRates(lattice);
      expect(net).toEqual(Float64Array.from(lattice.bondRate, (rate) => 1 + 2 * rate));
      const half = (
        part: number,
      ) => [...lattice.bondRate.subarray(part * sites / 2, (part + 1) * sites / 2)];
      for (const part of [0, 1]) {
        expect(sums.signed[part]).toBe(half(part).reduce((a, b) => a + b, 0));
        expect(sums.absolute[part]).toBe(half(part).reduce((a, b) => a + Math.abs(b), 0));
      }
    }));
  });

  it("give the same intervals compiled and in TypeScript", () => {
    const [a, b] = (["wasm", "typescript"] as const).map((loops) => {
      const lattice = createLattice(system, "pair-energies", loops);
      loadOccupation(lattice, start);
      const integrals = createIntegrals(elements);
      samplingAdvance(lattice, lattice.pairs!)(6 / 256, randomStream(3), integrals);
      return { integrals, occupation: lattice.occupation };
    });
    expect(b).toEqual(a);
    expect(a.integrals.compensator.some((value) => value !== 0)).toBe(true);
  });

  it("leave martingales: means zero, covariances the bracket's (false alarms 1e-5)", () => {
    const lattice = createLattice(system);
    const advance = samplingAdvance(lattice, lattice.pairs!);
    const integrals = createIntegrals(elements);
    const stream = randomStream(11, "sampled martingale");
    const runs = 40_000;
    const sum = new Float64Array(elements), smooth = new Float64Array(elements);
    const pair = new Float64Array(16), pairSquare = new Float64Array(16);
    let variance = 0, smoothVariance = 0;
    for (let r = 0; r < runs; r++) {
      loadOccupation(lattice, start);
      advance(4 / 256, stream, integrals);
      const q = elementCurrents(start, lattice.occupation, lattice.netHops, new Float64Array(4));
      const m = q.map((v, e) => v - integrals.compensator[e]);
      for (let e = 0; e < elements; e++) {
        sum[e] += m[e];
        variance += m[e] ** 2 / (elements * runs);
        // Three smooth windows cover an element with weights that add up to those of the element's sum.
        smooth[e] += integrals.smoothCompensator[e] - integrals.compensator[e];
        smoothVariance += integrals.smoothCompensator[e] ** 2 / (elements * runs);
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
    expect(Math.abs(smooth.reduce((a, b) => a + b, 0))).toBeLessThan(1e-9 * runs);
    expect(smoothVariance).toBeGreaterThan(0);
  });

  it("add little noise: below a tenth of the compensator's own variance at N = 400", () => {
    const wide: ArrheniusSystem = { ...system, sites: 400, halfWidth: 10, betaJ0: 1 };
    const lattice = createLattice(wide);
    const advance = samplingAdvance(lattice, lattice.pairs!);
    const integrals = createIntegrals(8);
    const from = Uint8Array.from({ length: 400 }, (_, x) => (x * x) % 7 < 3 ? 1 : 0);
    const runs = 60, again = 8;
    let within = 0, all = 0, count = 0;
    const mean = new Float64Array(8);
    const values: Float64Array[][] = [];
    for (let r = 0; r < runs; r++) {
      // The same path with other places to look at: the number of attempts and the attempts are fixed.
      const path: Float64Array[] = [];
      for (let k = 0; k < again; k++) {
        loadOccupation(lattice, from);
        const attempts = randomStream(12, r);
        const places = randomStream(13, r, k);
        advance(10 / 400 ** 2, { ...attempts, uniform: places.uniform }, integrals);
        path.push(integrals.compensator.slice());
      }
      values.push(path);
      path.forEach((a) => a.forEach((v, e) => mean[e] += v / (runs * again)));
    }
    for (const path of values) {
      const own = mean.map((_, e) => path.reduce((s, a) => s + a[e], 0) / again);
      for (const a of path) {
        a.forEach((v, e) => {
          within += (v - own[e]) ** 2 * again / (again - 1);
          all += (v - mean[e]) ** 2;
          count++;
        });
      }
    }
    expect(count).toBe(runs * again * 8);
    expect(within).toBeGreaterThan(0);
    expect(within / all).toBeLessThan(0.1);
  });
});
