import { equilibriumFor } from "@spiediff/exact-reference";
import { randomStream } from "@spiediff/random";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALARM, deviateOf, pack, pearson, unpack } from "./enumeration.ts";
import { EVERY_LOOPS } from "./_every_loops.ts";
import { configurations } from "./arbitraries.ts";
import { heatBathSampler, heatBathSweeps, sweepContraction, vacancyOf } from "./heat_bath.ts";
import { configurationSampler, latticeProfile } from "./initial_state.ts";
import { couplings, isConstant } from "./kernel.ts";
import type { ArrheniusSystem, InitialState } from "./types.ts";
import { createWord, readWord, startWord } from "./word.ts";

describe("heat-bath sweeps", () => {
  const sites = 8;
  const systems: ArrheniusSystem[] = [
    { sites, halfWidth: 2, betaJ0: 1.5 },
    { sites, halfWidth: 3, betaJ0: -2 },
    { sites, halfWidth: 2, betaJ0: 1, kernel: { name: "table", values: [0.8, -0.5] } },
  ];
  it.each(systems)("sample the enumerated measure of %o (false alarms 1e-5)", (system) => {
    const field = Float64Array.of(0.4, -1, 0.8, 0, -0.3, 1.2, -0.5, 0.1);
    const j = couplings(system);
    const weights = Array.from({ length: 256 }, (_, mask) => {
      const eta = unpack(mask, sites);
      let energy = 0;
      eta.forEach((v, x) => {
        energy += v * field[x];
        for (let r = 1; r < j.length; r++) energy += j[r] * v * eta[(x + r) % sites];
      });
      return Math.exp(energy);
    });
    const total = weights.reduce((a, c) => a + c, 0);
    const law = new Map(weights.map((w, mask) => [mask, w / total]));
    const half = (out: Uint8Array) => out.forEach((_, x) => out[x] = x % 2);
    const sample = heatBathSampler(system, field, half, 30);
    const stream = randomStream(4, "heat-bath");
    const counts = new Map<number, number>(), ofWords = new Map<number, number>();
    const eta = new Uint8Array(sites);
    const count = (into: Map<number, number>) =>
      into.set(pack(eta), (into.get(pack(eta)) ?? 0) + 1);
    for (let r = 0; r < 30_000; r++) {
      sample(eta, stream);
      count(counts);
    }
    expect(deviateOf(pearson(counts, law))).toBeLessThan(ALARM);
    if (!isConstant(system)) return;
    // Side by side, from independent sites, shifted afterwards.
    const word = createWord(system, "lanes", undefined, null, { heatBath: true });
    const density = new Float64Array(sites).fill(0.5);
    const heatBath = { vacancy: vacancyOf(field), sweeps: 30 };
    for (let w = 0; w < 470; w++) {
      startWord(word, { density, heatBath }, randomStream(5, w));
      for (let k = 0; k < word.replicas.width; k++) {
        readWord(word, k, eta);
        count(ofWords);
      }
    }
    expect(deviateOf(pearson(ofWords, law))).toBeLessThan(ALARM);
  });

  it("over words leave the same bits in every build", () => {
    fc.assert(
      fc.property(configurations, fc.nat(), ({ system, eta }, seed) => {
        const density = Float64Array.from(eta, (v) => 0.2 + 0.6 * v);
        const start = { density, heatBath: { vacancy: vacancyOf(density), sweeps: 2 } };
        const [plain, ...others] = [...EVERY_LOOPS].reverse().map((loops) => {
          const word = createWord(system, "lanes", loops, null, { heatBath: true });
          startWord(word, start, randomStream(seed));
          const { eta, count, lanes, shifts } = word.replicas;
          return { eta, count, lanes, shifts };
        });
        for (const other of others) expect(other).toEqual(plain);
      }),
      { numRuns: 40 },
    );
  });

  it("are as many as bring the start below 1e-6, by the contraction's bound", () => {
    expect(heatBathSweeps({ sites: 2000, halfWidth: 40, betaJ0: 1 })).toBe(10);
    expect(heatBathSweeps({ sites: 2000, halfWidth: 40, betaJ0: 2 })).toBe(20);
    expect(heatBathSweeps({ sites: 2000, halfWidth: 40, betaJ0: 0 })).toBe(0);
    const system = { sites: 200, halfWidth: 6, betaJ0: -1.7 };
    expect(sweepContraction(system) ** heatBathSweeps(system)).toBeLessThan(1e-6);
    expect(sweepContraction(system) ** (heatBathSweeps(system) - 1)).toBeGreaterThan(1e-6);
  });
  it("are refused where nothing says how many are enough", () => {
    expect(() => heatBathSweeps({ sites: 200, halfWidth: 9, betaJ0: 5 })).toThrow(
      /initialState "local-gibbs" needs a weaker interaction.*not 1\.\d+; use "bernoulli"/,
    );
  });
});

describe("local equilibrium of a flat profile", () => {
  const system: ArrheniusSystem = {
    sites: 400,
    halfWidth: 5,
    betaJ0: -2,
    kernel: { name: "gaussian" },
  };
  const density = 0.4, runs = 1500;
  /** Density and `P(two neighbours vacant)` with standard errors. */
  function sampled(start: InitialState) {
    const profile = latticeProfile("flat", system.sites, () => density);
    const sample = configurationSampler(start, system, profile, "words");
    const stream = randomStream(2, start);
    const eta = new Uint8Array(system.sites);
    const sums = [0, 0], squares = [0, 0];
    for (let r = 0; r < runs; r++) {
      sample(eta, stream);
      let particles = 0, vacant = 0;
      eta.forEach((v, x) => {
        particles += v;
        vacant += (1 - v) * (1 - eta[(x + 1) % eta.length]);
      });
      [particles, vacant].forEach((n, k) => {
        sums[k] += n / eta.length / runs;
        squares[k] += (n / eta.length) ** 2 / runs;
      });
    }
    const errors = squares.map((s, k) => Math.sqrt((s - sums[k] ** 2) / runs));
    return { sums, errors };
  }
  // m = z P(two neighbours vacant), so that the mobility and f' of the transfer matrix give the pairs.
  const reference = equilibriumFor({ couplings: couplings(system) });
  const vacantPair = reference.mobility(density) / Math.exp(reference.drivingForce(density));

  it("has the density and the pairs of the transfer matrix (4.4 standard errors: 1e-5)", () => {
    const { sums, errors } = sampled("local-gibbs");
    // The field leaves out two loops: 4.5e-4 of f' at most, times chi.
    expect(Math.abs(sums[0] - density)).toBeLessThan(4.4 * errors[0] + 1.1e-4);
    expect(Math.abs(sums[1] - vacantPair)).toBeLessThan(4.4 * errors[1] + 1.5e-4);
  });
  it("differs from independent sites, whose pairs are another's by 10 standard errors and more", () => {
    const { sums, errors } = sampled("bernoulli");
    expect(Math.abs(sums[0] - density)).toBeLessThan(4.4 * errors[0]);
    expect(Math.abs(sums[1] - vacantPair)).toBeGreaterThan(10 * errors[1]);
  });
});
