/** What every reference must do: scale with its units, stay inside of its domain, say what is refused. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  equilibriumFor,
  exactFluxOfField,
  exactK1,
  exactK1OfField,
  exactK1OfProfile,
  type ExactReference,
  independentSites,
  longRangeFinite,
  longRangeKernel,
  longRangeLimit,
  nearestNeighbour,
  symmetricExclusion,
} from "./mod.ts";

type Units = { beta?: number; drive?: number };
const couplings = [0, 0.3, -0.2, 0.1];
const REFERENCES: [string, (units: Units) => ExactReference][] = [
  ["exclusion", (u) => symmetricExclusion(u)],
  ["long-range limit", (u) => longRangeLimit({ betaJ0: 1.5, ...u })],
  ["finite range", (u) => longRangeFinite({ betaJ0: 1.5, halfWidth: 7, ...u })],
  ["any kernel", (u) => longRangeKernel({ couplings, ...u })],
  ["nearest neighbour", (u) => nearestNeighbour({ betaJ0: -1.5, ...u })],
  ["independent sites", (u) => independentSites({ couplings, ...u })],
  ["independent sites, constant", (u) => independentSites({ betaJ0: 1.5, halfWidth: 7, ...u })],
  ["equilibrium of a kernel", (u) => equilibriumFor({ couplings, ...u })],
  ["equilibrium of none", (u) => equilibriumFor({ couplings: [0, 0, 0], ...u })],
  ["equilibrium of neighbours", (u) => equilibriumFor({ betaJ0: 1.5, halfWidth: 1, ...u })],
  ["equilibrium of many", (u) => equilibriumFor({ betaJ0: 1.5, halfWidth: 40, ...u })],
];
const density = fc.integer({ min: 5, max: 95 }).map((k) => k / 100);
const positive = fc.integer({ min: 1, max: 80 }).map((k) => k / 10);

describe.each(REFERENCES)("%s", (_, make) => {
  it("has m ~ beta d and f' ~ 1/beta at fixed beta J, so that D = m f'' is of d alone", () => {
    const one = make({});
    fc.assert(
      fc.property(density, positive, positive, (rho, beta, drive) => {
        const other = make({ beta, drive });
        expect(other.mobility(rho) / (beta * drive * one.mobility(rho))).toBeCloseTo(1, 12);
        expect(other.drivingForce(rho)).toBeCloseTo(one.drivingForce(rho) / beta, 10);
        expect(other.freeEnergy(rho)).toBeCloseTo(one.freeEnergy(rho) / beta, 10);
      }),
      { numRuns: 12 },
    );
  });

  it("has a positive mobility, and a free energy whose slope is f'", () => {
    const { mobility, drivingForce, freeEnergy } = make({ beta: 2 });
    for (const rho of [0.05, 0.3, 0.5, 0.8, 0.95]) {
      expect(mobility(rho)).toBeGreaterThan(0);
      const d = 1e-5, slope = (freeEnergy(rho + d) - freeEnergy(rho - d)) / (2 * d);
      expect(slope).toBeCloseTo(drivingForce(rho), 5);
    }
  });

  it.each([0, 1, -0.1, 1.1, NaN])("says nothing of the density %s", (rho) => {
    const { mobility, drivingForce, freeEnergy } = make({});
    for (const  of of[mobility, drivingForce, freeEnergy]) {
      expect(() => of(rho)).toThrow(`A density must lie in (0, 1), not ${rho}.`);
    }
  });

  it.each([0, -1, Infinity, NaN])("has no beta and no drive of %s", (value) => {
    expect(() => make({ beta: value })).toThrow(`beta must be positive and finite, not ${value}.`);
    expect(() => make({ drive: value })).toThrow(
      `drive must be positive and finite, not ${value}.`,
    );
  });
});

it("a half-width is a whole number from 1 on, and beta J0 finite", () => {
  expect(longRangeFinite({ halfWidth: 1, betaJ0: 1 }).name).toBe("lrm-finite-range");
  for (const halfWidth of [0, 1.5, -1, NaN]) {
    expect(() => longRangeFinite({ halfWidth, betaJ0: 1 })).toThrow(
      `halfWidth must be an integer of at least 1, not ${halfWidth}.`,
    );
  }
  expect(() => longRangeLimit({ betaJ0: NaN })).toThrow("betaJ0 must be finite, not NaN.");
  expect(() => longRangeLimit({ betaJ0: Infinity })).toThrow("betaJ0 must be finite");
});

describe("closed forms at one density", () => {
  const rho = 0.3, logit = Math.log(3 / 7);
  const mixing = 0.3 * Math.log(0.3) + 0.7 * Math.log(0.7);

  it("of exclusion and the long-range limit", () => {
    const free = symmetricExclusion();
    expect(free.mobility(rho)).toBeCloseTo(0.21, 15);
    expect(free.drivingForce(rho)).toBeCloseTo(logit, 14);
    expect(free.freeEnergy(rho)).toBeCloseTo(mixing, 14);
    const limit = longRangeLimit({ betaJ0: 2 });
    expect(limit.mobility(rho)).toBeCloseTo(0.21 * Math.exp(-0.6), 14);
    expect(limit.drivingForce(rho)).toBeCloseTo(logit - 0.6, 14);
    expect(limit.freeEnergy(rho)).toBeCloseTo(mixing - 0.09, 14);
  });
  it("of a finite range and of a kernel: 2L - 1 neighbours, the target's site vacant", () => {
    const finite = longRangeFinite({ halfWidth: 2, betaJ0: 1 });
    // b = 1/5, three neighbours; f' takes all four.
    expect(finite.mobility(rho)).toBeCloseTo(0.21 * (0.7 + 0.3 * Math.exp(-0.2)) ** 3, 14);
    expect(finite.drivingForce(rho)).toBeCloseTo(logit - 4 * 0.2 * 0.3, 14);
    const kernel = longRangeKernel({ couplings: [0, 0.4, -0.1] });
    const factor = (j: number) => 0.7 + 0.3 * Math.exp(-j);
    expect(kernel.mobility(rho)).toBeCloseTo(0.21 * factor(0.4) * factor(-0.1) ** 2, 14);
    expect(kernel.drivingForce(rho)).toBeCloseTo(logit - 2 * 0.3 * 0.3, 14);
    const independent = independentSites({ couplings: [0, 0.4, -0.1] });
    expect(independent.mobility(rho)).toBeCloseTo(kernel.mobility(rho), 14);
    const q = (j: number) => 1 - Math.exp(-j);
    expect(independent.drivingForce(rho)).toBeCloseTo(
      logit + 3 * Math.log(1 - 0.3 * q(0.4)) + 2 * Math.log(1 - 0.3 * q(-0.1)),
      13,
    );
    // The integrals of those logarithms from 0 vanish at 0.
    expect(independentSites({ couplings: [0, 0.4] }).freeEnergy(1e-9)).toBeCloseTo(0, 7);
    expect(independentSites({ couplings: [0, 0, 0.2] }).freeEnergy(0.3))
      .toBeCloseTo(mixing + 2 * simpson((r) => Math.log(1 - r * q(0.2)), 0.3), 12);
  });
  it("say what they are: exact ones with no error, approximations without any", () => {
    for (const [name, make] of REFERENCES) {
      const { kind, error, source } = make({});
      expect(source).toMatch(/^\S.+/);
      if (/^(exclusion|nearest|independent|equilibrium of n)/.test(name)) {
        expect([name, kind, error!.mobility(0.3), error!.drivingForce(0.3)])
          .toEqual([name, "exact", 0, 0]);
      } else if (!/equilibrium of (a kernel|many)/.test(name)) {
        expect([name, kind, error]).toEqual([name, "approximation", null]);
      }
    }
  });
});

function simpson(f: (x: number) => number, to: number): number {
  const n = 200, h = to / n;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += h / 6 * (f(i * h) + 4 * f((i + 0.5) * h) + f((i + 1) * h));
  return sum;
}

describe("entries of the operator", () => {
  it("integrate mobilities up to the 31st power of the density exactly, over -1/Delta^2 times Delta", () => {
    fc.assert(fc.property(density, density, fc.nat(31), (a, b, power) => {
      const value = exactK1({ mobility: (rho) => rho ** power }, a, b, 12);
      const mean = Math.abs(a - b) < 1e-9
        ? a ** power
        : (b ** (power + 1) - a ** (power + 1)) / ((power + 1) * (b - a));
      expect(value / (-12 * mean)).toBeCloseTo(1, 11);
    }));
  });

  it("of a profile couple each node with the next, the last with the first", () => {
    const reference = { mobility: (rho: number) => rho };
    const K1 = exactK1OfProfile(reference, [0.1, 0.2, 0.4, 0.8]);
    [0.15, 0.3, 0.6, 0.45].forEach((mean, e) => expect(K1[e]).toBeCloseTo(-4 * mean, 14));
  });

  it("of a field see all of it between two nodes", () => {
    const reference = { mobility: (rho: number) => rho * rho };
    // rho = x on [0, 1): the mean of x^2 over [e/4, (e+1)/4].
    exactK1OfField(reference, (x) => x, 4).forEach((value, e) => {
      expect(value).toBeCloseTo(-4 * (((e + 1) / 4) ** 3 - (e / 4) ** 3) / 3 * 4, 13);
    });
    // A wave within an element, which its nodes do not show.
    exactK1OfField(reference, (x) => 0.5 + 0.3 * Math.sin(8 * Math.PI * x), 4).forEach((value) =>
      expect(value).toBeCloseTo(-4 * (0.25 + 0.045), 10)
    );
  });

  it("fluxes run down the driving force: -(1/Delta) times the integral of m d_x f'", () => {
    const reference = longRangeLimit({ betaJ0: 1, beta: 2, drive: 3 });
    const field = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);
    const slope = (x: number) => -0.6 * Math.PI * Math.sin(2 * Math.PI * x);
    const D = (rho: number) => 3 * Math.exp(-rho) * (1 - rho * (1 - rho));
    exactFluxOfField(reference, field, 5).forEach((flux, e) => {
      const whole = simpson((s) => D(field((e + s) / 5)) * slope((e + s) / 5), 1);
      expect(flux).toBeCloseTo(-whole, 3);
    });
  });
});
