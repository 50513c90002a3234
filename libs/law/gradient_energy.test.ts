import { ring, square } from "@spiediff/mesh";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  EXCLUSION,
  exclusionDensity,
  fieldOf,
  finestRing,
  gradientEnergyOf,
  type Invariant,
  type Term,
  withGradientEnergy,
} from "./mod.ts";

/** The sum of a member's values, and as exact as is said. */
const local = (nodes: number, accuracy = 0): Invariant => ({
  ...{ name: "free energy", may: "fall", accuracy },
  value(state, out) {
    for (let m = 0; m < out.length; m++) {
      out[m] = state.slice(m * nodes, (m + 1) * nodes).reduce((a, b) => a + b, 0);
    }
  },
});

describe("kappa/2 |grad rho|^2", () => {
  it("is added to the local free energy, member by member, on a ring", () => {
    const M = 4, kappa = 0.3;
    const { value } = withGradientEnergy(local(M), ring(M), kappa);
    const out = new Float64Array(2);
    value(Float64Array.of(0.5, 0.5, 0.5, 0.5, 0.1, 0.4, 0.2, 0.7), out);
    expect(out[0]).toBeCloseTo(2, 14);
    // Slopes M (rho' - rho) over elements of length 1/M.
    const squares = 0.3 ** 2 + 0.2 ** 2 + 0.5 ** 2 + 0.6 ** 2;
    expect(out[1]).toBeCloseTo(1.4 + kappa / 2 * M * squares, 14);
  });

  it("is pi^2 kappa k^2 amplitude^2 of a wave on a fine ring, along either axis of a square", () => {
    const M = 64, kappa = -0.01, out = new Float64Array(1);
    const wave = (i: number, k: number) => 0.2 * Math.cos(2 * Math.PI * k * i / M);
    for (const k of [1, 3]) {
      const exact = Math.PI ** 2 * kappa * k ** 2 * 0.2 ** 2;
      withGradientEnergy(local(M), ring(M), kappa)
        .value(Float64Array.from({ length: M }, (_, i) => wave(i, k)), out);
      expect(out[0] / exact).toBeCloseTo(1, 1);
      for (const along of [(n: number) => n % M, (n: number) => Math.floor(n / M)]) {
        withGradientEnergy(local(M * M), square(M), kappa)
          .value(Float64Array.from({ length: M * M }, (_, n) => wave(along(n), k)), out);
        expect(out[0] / exact).toBeCloseTo(1, 1);
      }
    }
  });

  it("waits for a local part that is not there yet, and is as exact as that part is", async () => {
    let accuracy = 1e-6;
    const later: Invariant = {
      ...local(3),
      get accuracy() {
        return accuracy;
      },
      value: async (state, out) => {
        await Promise.resolve();
        local(3).value(state, out);
      },
    };
    const both = withGradientEnergy(later, ring(3), 2), out = new Float64Array(1);
    await both.value(Float64Array.of(0, 1, 0), out);
    expect(out[0]).toBeCloseTo(1 + 3 * 2, 14);
    expect([both.name, both.may, both.accuracy]).toEqual(["free energy", "fall", 1e-6]);
    accuracy = 1;
    expect(both.accuracy).toBe(1);
    // One that is there at once needs nobody to wait.
    expect(withGradientEnergy(local(3), ring(3), 1).value(Float64Array.of(1, 1, 1), out))
      .toBeUndefined();
  });
});

describe("the finest ring that a gradient energy is for", () => {
  it("has no end where kappa is not negative", () => {
    for (const kappa of [0, 0.5, 3]) {
      expect(finestRing({ kappa }, { beta: 2 }, exclusionDensity, 1)).toBe(Infinity);
    }
  });
  it("is the last one whose shortest wave keeps beta kappa (2 M)^2 >= -4", () => {
    const negative = fc.double({ min: -7, max: -2, noNaN: true }).map((exponent) =>
      -(10 ** exponent)
    );
    fc.assert(fc.property(negative, fc.double({ min: 0.2, max: 5, noNaN: true }), (kappa, beta) => {
      const M = finestRing({ kappa }, { beta }, exclusionDensity, 1);
      expect(beta * kappa * (2 * M) ** 2).toBeGreaterThanOrEqual(-4 * (1 + 1e-12));
      expect(beta * kappa * (2 * (M + 1)) ** 2).toBeLessThan(-4 * (1 - 1e-12));
    }));
  });
  it("is coarser where nothing bounds the field: f'' of the ideal gas falls with its density", () => {
    const walkers = fieldOf({ ...EXCLUSION, high: null, ideal: "logarithm" });
    // beta f'' = 1 / rho: at 0.25 that of half filling, at 4 a sixteenth of it.
    for (const [greatest, M] of [[0.25, 50], [4, 12]]) {
      expect(finestRing({ kappa: -4e-4 }, { beta: 1 }, walkers, greatest)).toBe(M);
    }
  });
});

describe("the gradient energy of a law", () => {
  const term: Term = { kind: "gradient energy", kappa: 1, mobilityExponent: 0 };
  const dissipation: Term = { kind: "dissipation" };
  const fields = (count: number) => new Array(count).fill(exclusionDensity);
  it("is that term, or none", () => {
    expect(gradientEnergyOf({ terms: [dissipation, term], fields: fields(1) })).toBe(term);
    expect(gradientEnergyOf({ terms: [dissipation], fields: fields(1) })).toBeUndefined();
    expect(gradientEnergyOf({ terms: [dissipation], fields: fields(3) })).toBeUndefined();
  });
  it("is one of a single field", () => {
    expect(() => gradientEnergyOf({ terms: [term], fields: fields(2) }))
      .toThrow("A gradient energy is one of a single field, not of 2.");
  });
});
