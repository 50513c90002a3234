import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { densities, strengths } from "./arbitraries.ts";
import {
  equilibriumFor,
  exactFluxOfField,
  exactK1,
  independentSites,
  longRangeFinite,
  longRangeKernel,
  longRangeLimit,
  nearestNeighbour,
  neighbourProbability,
  nonlocalRate,
  solveNonlocal,
  symmetricExclusion,
} from "./mod.ts";

const TAU = 2 * Math.PI;

describe("free energies", () => {
  it.each([
    ["SSEP", (_: number) => symmetricExclusion({ beta: 2 })],
    ["long-range limit", (j: number) => longRangeLimit({ betaJ0: j, beta: 2 })],
    ["finite range", (j: number) => longRangeFinite({ betaJ0: j, beta: 2, halfWidth: 7 })],
    [
      "any kernel",
      (j: number) => longRangeKernel({ couplings: [0, j / 4, -j / 9, j / 7], beta: 2 }),
    ],
    ["nearest neighbour", (j: number) => nearestNeighbour({ betaJ0: j, beta: 2 })],
  ])("%s: the driving force is the derivative of the free energy", (_, make) => {
    fc.assert(fc.property(densities, strengths, (rho, j) => {
      const reference = make(j);
      const d = 1e-5;
      const numeric = (reference.freeEnergy(rho + d) - reference.freeEnergy(rho - d)) / (2 * d);
      expect(numeric).toBeCloseTo(reference.drivingForce(rho), 5);
    }));
  });

  it("all agree with SSEP at J = 0", () => {
    fc.assert(fc.property(densities, (rho) => {
      const ssep = symmetricExclusion();
      for (
        const other of [
          longRangeLimit({ betaJ0: 0 }),
          longRangeFinite({ betaJ0: 0, halfWidth: 3 }),
          nearestNeighbour({ betaJ0: 0 }),
        ]
      ) {
        expect(other.mobility(rho)).toBeCloseTo(ssep.mobility(rho), 13);
        expect(other.drivingForce(rho)).toBeCloseTo(ssep.drivingForce(rho), 11);
        expect(other.freeEnergy(rho)).toBeCloseTo(ssep.freeEnergy(rho), 11);
      }
    }));
  });

  it("the finite range tends to the limit like 1/L", () => {
    const limit = longRangeLimit({ betaJ0: 2 }).mobility(0.7);
    const error = (halfWidth: number) =>
      longRangeFinite({ betaJ0: 2, halfWidth }).mobility(0.7) / limit - 1;
    expect(error(100) / error(200)).toBeCloseTo(2, 1);
    expect(Math.abs(error(200))).toBeLessThan(0.01);
  });
});

describe("the nearest-neighbour lattice gas", () => {
  it("has p as the root of its defining equation", () => {
    fc.assert(fc.property(densities, strengths, (rho, b) => {
      const p = neighbourProbability(rho, b);
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThan(1);
      const left = rho * p * (1 - 2 * rho + rho * p);
      expect(left / (Math.exp(b) * rho * rho * (1 - p) ** 2)).toBeCloseTo(1, 9);
    }));
  });

  it("equals the enumerated grand-canonical ring of 16 sites", () => {
    const b = 0.5;
    const reference = nearestNeighbour({ betaJ0: 3 * b });
    const rho = 0.4;
    const field = reference.drivingForce(rho);
    let weight = 0, particles = 0, pairs = 0, escape = 0;
    for (let s = 0; s < 1 << 16; s++) {
      const bit = (x: number) => (s >> (x & 15)) & 1;
      let n = 0, nn = 0, rate = 0;
      for (let x = 0; x < 16; x++) {
        n += bit(x);
        nn += bit(x) & bit(x + 1);
        rate += bit(x) * (1 - bit(x + 1)) * Math.exp(-b * bit(x - 1));
      }
      const w = Math.exp(b * nn + field * n);
      weight += w;
      particles += w * n;
      pairs += w * nn;
      escape += w * rate;
    }
    // Finite-size corrections are (lambda_2 / lambda_1)^16, below 1e-13 here.
    expect(particles / weight / 16).toBeCloseTo(rho, 10);
    expect(pairs / particles).toBeCloseTo(neighbourProbability(rho, b), 10);
    expect(escape / weight / 16).toBeCloseTo(reference.mobility(rho), 10);
  });

  it("is a gradient process: its diffusivity m f'' is d/drho of a local function's mean", () => {
    // The current eta(x)(1-eta(x+1))(1-c eta(x-1)) - eta(x+1)(1-eta(x))(1-c eta(x+2)), c = 1 - e^-b,
    // telescopes to h(x) - h(x+1) with <h> = rho - 2c rho p + c rho p^2 (pairs and triples).
    const b = 2 / 3;
    const c = -Math.expm1(-b);
    const reference = nearestNeighbour({ betaJ0: 3 * b });
    const h = (rho: number) => {
      const p = neighbourProbability(rho, b);
      return rho - 2 * c * rho * p + c * rho * p * p;
    };
    const d = 1e-4;
    for (const rho of [0.2, 0.5, 0.8]) {
      const curvature = (reference.drivingForce(rho + d) - reference.drivingForce(rho - d)) /
        (2 * d);
      const diffusivity = (h(rho + d) - h(rho - d)) / (2 * d);
      expect(diffusivity).toBeCloseTo(reference.mobility(rho) * curvature, 6);
    }
  });
});

describe("independent sites", () => {
  const system = { halfWidth: 40, betaJ0: 1 };

  it("is the exact mean current of a bond in a slowly varying product measure", () => {
    const { halfWidth: L } = system;
    const q = -Math.expm1(-system.betaJ0 / (2 * L + 1));
    const reference = independentSites(system);
    for (const middle of [0.2, 0.5, 0.8]) {
      // Density around the bond between the sites 0 and 1, in sites; eps = 1 here.
      const slope = 1e-7;
      const rho = (x: number) => middle + slope * (x - 0.5);
      const forward = (from: number, to: number, sign: 1 | -1) => {
        let rate = rho(from) * (1 - rho(to));
        for (let r = 1; r <= L; r++) {
          for (const x of [from + r, from - r]) if (x !== to) rate *= 1 - q * rho(x);
        }
        return sign * rate;
      };
      const current = forward(0, 1, 1) + forward(1, 0, -1);
      const d = 1e-5;
      const curvature = (reference.drivingForce(middle + d) - reference.drivingForce(middle - d)) /
        (2 * d);
      expect(current / (-reference.mobility(middle) * curvature * slope)).toBeCloseTo(1, 6);
    }
  });
  it("has a free energy whose slope is its driving force", () => {
    const { freeEnergy, drivingForce } = independentSites(system);
    for (const rho of [0.1, 0.4, 0.9]) {
      expect((freeEnergy(rho + 1e-5) - freeEnergy(rho - 1e-5)) / 2e-5)
        .toBeCloseTo(drivingForce(rho), 6);
    }
  });
  it("lies below the equilibrium's diffusivity by some tenths of a per cent at L = 40", () => {
    const own = independentSites(system), equilibrium = longRangeFinite(system);
    for (const rho of [0.2, 0.5, 0.8]) {
      const slope = (f: (r: number) => number) => f(rho + 1e-4) - f(rho - 1e-4);
      const ratio = slope(own.drivingForce) / slope(equilibrium.drivingForce);
      expect(ratio).toBeGreaterThan(0.995);
      expect(ratio).toBeLessThan(0.999);
    }
  });
});

describe("operator entries", () => {
  it("reproduce the measured values of docs/theory.md section 5", () => {
    const at = (j: number, rho: number) =>
      exactK1(longRangeFinite({ betaJ0: j, halfWidth: 40 }), rho, rho, 25);
    expect(at(1, 0.5)).toBeCloseTo(-3.844, 3);
    expect(at(2, 0.75)).toBeCloseTo(-1.090, 3);
    expect(exactK1(longRangeLimit({ betaJ0: 1 }), 0.5, 0.5, 25)).toBeCloseTo(-3.791, 3);
    expect(exactK1(nearestNeighbour({ betaJ0: 2 }), 0.5, 0.5, 25)).toBeCloseTo(-3.738, 2);
    expect(exactK1(longRangeLimit({ betaJ0: 2 }), 0.5, 0.5, 25)).toBeCloseTo(-2.30, 2);
  });

  it("are symmetric, never positive, and exact for SSEP's quadratic mobility", () => {
    fc.assert(fc.property(densities, densities, (a, b) => {
      const value = exactK1(symmetricExclusion(), a, b, 25);
      expect(value).toBe(exactK1(symmetricExclusion(), b, a, 25));
      expect(value).toBeLessThan(0);
      expect(value).toBeCloseTo(-25 * ((a + b) / 2 - (a * a + a * b + b * b) / 3), 12);
    }));
  });

  it("fluxes of SSEP are differences of density", () => {
    const field = (x: number) => 0.5 + 0.3 * Math.cos(TAU * x);
    const flux = exactFluxOfField(symmetricExclusion(), field, 25);
    flux.forEach((value, e) => {
      expect(value).toBeCloseTo(-25 * (field((e + 1) / 25) - field(e / 25)), 4);
    });
  });

  it("refuse densities outside (0, 1)", () => {
    expect(() => exactK1(symmetricExclusion(), -0.2, 0.1, 25)).toThrow(/\(0, 1\)/);
    expect(() => longRangeFinite({ halfWidth: 0, betaJ0: 1 })).toThrow(/halfWidth.*0/);
  });

  it("pick the exact theory where there is one", () => {
    expect(equilibriumFor({ halfWidth: 5, betaJ0: 0 }).name).toBe("ssep");
    expect(equilibriumFor({ halfWidth: 1, betaJ0: 2 }).name).toBe("nearest-neighbour");
    expect(equilibriumFor({ halfWidth: 10, betaJ0: 2 }).name).toBe("transfer-matrix");
    expect(equilibriumFor({ halfWidth: 11, betaJ0: 2 }).name).toBe("ring-expansion");
  });
});

describe("the nonlocal law", () => {
  it("is the heat equation at J = 0", () => {
    const field = (x: number) => 0.5 + 0.2 * Math.cos(TAU * x);
    const system = { halfWidth: 40, betaJ0: 0, sites: 2000 };
    const [density] = solveNonlocal(system, field, [0.01], 33);
    const decay = Math.exp(-TAU * TAU * 0.01);
    density.forEach((rho, i) => {
      expect(rho).toBeCloseTo(0.5 + 0.2 * decay * Math.cos(TAU * i / 33), 8);
    });
  });

  it("tends to the local law with a correction of (k L eps)^2 / 6", () => {
    const j = 2;
    const mode = 3;
    const n = 33;
    const k = TAU * mode;
    // Linear response at rho = 1/2: rate = -k^2 d e^(-J/2) (1 - J/4 sin(ka)/(ka)).
    const density = Float64Array.from(
      { length: n },
      (_, i) => 0.5 + 1e-5 * Math.cos(k * i / n),
    );
    const rate = nonlocalRate({ halfWidth: 40, betaJ0: j, sites: 2000 }, n)(density)[0] / 1e-5;
    const a = 40.5 / 2000;
    const expected = -k * k * Math.exp(-j / 2) * (1 - j / 4 * Math.sin(k * a) / (k * a));
    expect(rate / expected).toBeCloseTo(1, 4);
    expect(Math.sin(k * a) / (k * a)).toBeCloseTo(1 - (k * a) ** 2 / 6, 3);
  });
});

it("the reference of any kernel is the finite-range one if the kernel is constant", () => {
  fc.assert(fc.property(densities, strengths, (rho, betaJ0) => {
    const constant = longRangeFinite({ betaJ0, halfWidth: 7, beta: 2, drive: 3 });
    const couplings = [9, ...Array(7).fill(betaJ0 / 15)];
    const kernel = longRangeKernel({ couplings, beta: 2, drive: 3 });
    expect(kernel.mobility(rho)).toBeCloseTo(constant.mobility(rho), 9);
    expect(kernel.drivingForce(rho)).toBeCloseTo(constant.drivingForce(rho), 9);
  }));
});
