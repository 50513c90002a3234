import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equilibrium } from "./equilibrium.ts";
import { currentMemory, greenKuboShare, withMemory } from "./green_kubo.ts";
import {
  curvatureOf,
  equilibriumFor,
  longRangeKernel,
  nearestNeighbour,
  symmetricExclusion,
} from "./mod.ts";
import { ringExpansion } from "./ring_expansion.ts";
import { equilibriumAt, transferMatrix } from "./transfer_matrix.ts";

const constant = (range: number, betaJ0: number) =>
  Array.from({ length: range + 1 }, (_, r) => r === 0 ? 0 : betaJ0 / (2 * range + 1));
/** The kernel of width 0.2, normalised as kmc does. */
function gaussian(range: number, betaJ0: number): number[] {
  const extent = 2 * range + 1;
  const shape = Array.from(
    { length: range + 1 },
    (_, r) => Math.exp(-0.5 * (r / extent / 0.2) ** 2),
  );
  const norm = 2 * shape.reduce((a, b) => a + b, 0) - 1;
  return shape.map((v, r) => r === 0 ? 0 : betaJ0 * v / norm);
}
const densities = [0.1, 0.3, 0.5, 0.7, 0.9];

describe("the transfer matrix", () => {
  it("equals the closed forms of nearest neighbours and of no interaction", () => {
    for (const rho of densities) {
      const { potential, vacantPair } = equilibriumAt(transferMatrix([0, 0.4]), rho, 0.8);
      const closed = nearestNeighbour({ betaJ0: 1.2 });
      expect(potential).toBeCloseTo(closed.drivingForce(rho), 10);
      expect(Math.exp(potential) * vacantPair).toBeCloseTo(closed.mobility(rho), 10);
      const free = equilibrium({ couplings: [0, 0, 0] });
      expect(free.mobility(rho)).toBeCloseTo(symmetricExclusion().mobility(rho), 12);
    }
  });

  it("equals an enumerated ring in a field of its own, with a kernel of both signs", () => {
    const couplings = [0, 0.5, -0.8, 0.3], sites = 18, potential = -0.4;
    let weight = 0, particles = 0, vacant = 0;
    for (let s = 0; s < 1 << sites; s++) {
      let n = 0, pairs = 0, energy = 0;
      for (let x = 0; x < sites; x++) {
        const at = (y: number) => (s >> (y % sites)) & 1;
        n += at(x);
        pairs += (1 - at(x)) * (1 - at(x + 1));
        for (let r = 1; r <= 3; r++) energy += couplings[r] * at(x) * at(x + r);
      }
      const w = Math.exp(energy + potential * n);
      weight += w;
      particles += w * n;
      vacant += w * pairs;
    }
    const { density, vacantPair } = transferMatrix(couplings)(potential);
    // The ring's own size: (second eigenvalue / largest)^18, below 1e-6 here.
    expect(density).toBeCloseTo(particles / weight / sites, 5);
    expect(vacantPair).toBeCloseTo(vacant / weight / sites, 5);
  });

  it("gives f as the integral of f', and the pressure its Legendre transform", () => {
    const couplings = gaussian(5, -2);
    const { freeEnergy, drivingForce } = equilibrium({ couplings });
    const solve = transferMatrix(couplings);
    const pressure = (rho: number) => {
      const { potential, pressure } = equilibriumAt(solve, rho, -2 * 0.8);
      return { legendre: rho * potential - pressure, potential };
    };
    const zero = freeEnergy(0.5) - pressure(0.5).legendre;
    for (const rho of densities) {
      expect(freeEnergy(rho) - pressure(rho).legendre).toBeCloseTo(zero, 9);
      expect(drivingForce(rho)).toBeCloseTo(pressure(rho).potential, 9);
    }
  });
});

describe("equilibrium of longer kernels", () => {
  // Densities and figures of an independent enumeration and of samples (1e-6 and 1e-5 of them).
  it.each([
    [0.1, -2.046404, 0.104356],
    [0.3, -0.371184, 0.329571],
    [0.5, 0.81652, 0.526458],
    [0.7, 2.004224, 0.576532],
    [0.9, 3.679443, 0.305733],
  ])("L = 5, Gaussian, beta J0 = -2, at density %s", (rho, force, mobility) => {
    const reference = equilibrium({ couplings: gaussian(5, -2) });
    expect(reference.kind).toBe("exact");
    expect(reference.drivingForce(rho)).toBeCloseTo(force, 5);
    expect(reference.mobility(rho)).toBeCloseTo(mobility, 5);
  });
  it.each([
    [1, 0.1, -2.296461, 0.081509],
    [1, 0.3, -1.1442, 0.15627],
    [1, 0.5, -0.493827, 0.153182],
    [1, 0.8, 0.596836, 0.073331],
    [2, 0.2, -1.784449, 0.1076],
    [2, 0.7, -0.532408, 0.053872],
  ])("L = 40, beta J0 = %s, at density %s", (betaJ0, rho, force, mobility) => {
    const { kind, error, ...reference } = equilibriumFor({ halfWidth: 40, betaJ0 });
    expect(kind).toBe("expansion");
    expect(Math.abs(reference.drivingForce(rho) - force)).toBeLessThan(4e-6);
    expect(Math.abs(reference.mobility(rho) / mobility - 1)).toBeLessThan(3e-5);
    expect(error!.drivingForce(rho)).toBeLessThan(2e-5);
    expect(error!.mobility(rho)).toBeLessThan(2e-3);
  });

  it("differ from the product measure as equilibrium does, by -5.7 % at half filling", () => {
    const couplings = gaussian(5, -2);
    const product = longRangeKernel({ couplings }).mobility(0.5);
    expect(product / equilibrium({ couplings }).mobility(0.5) - 1).toBeCloseTo(-0.057, 3);
  });

  it("scale with beta, the prefactor and the energies as they must", () => {
    const couplings = constant(20, 1.3);
    const [one, other] = [{}, { beta: 2, drive: 3 }].map((u) => equilibrium({ couplings, ...u }));
    for (const rho of densities) {
      expect(other.mobility(rho)).toBeCloseTo(6 * one.mobility(rho), 12);
      expect(other.drivingForce(rho)).toBeCloseTo(one.drivingForce(rho) / 2, 12);
      expect(other.freeEnergy(rho)).toBeCloseTo(one.freeEnergy(rho) / 2, 12);
      expect(other.error!.drivingForce(rho)).toBeCloseTo(one.error!.drivingForce(rho) / 2, 12);
    }
  });
});

describe("the expansion's error", () => {
  it("covers what the transfer matrix finds, for any kernel of one sign", () => {
    const kernels = fc.tuple(
      fc.integer({ min: 3, max: 8 }),
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(kernels, fc.constantFrom(...densities), ([range, betaJ0, bell], rho) => {
        fc.pre(Math.abs(betaJ0) > 0.05);
        const couplings = bell ? gaussian(range, betaJ0) : constant(range, betaJ0);
        const exact = equilibrium({ couplings });
        const { drivingForce, mobility, error } = equilibrium({ couplings, enumerate: false });
        const force = Math.abs(drivingForce(rho) - exact.drivingForce(rho));
        expect(force).toBeLessThan(error!.drivingForce(rho) + 1e-9);
        const relative = Math.abs(mobility(rho) / exact.mobility(rho) - 1);
        expect(relative).toBeLessThan(error!.mobility(rho) + 1e-9);
        const curvature = curvatureOf({ drivingForce }, rho) - curvatureOf(exact, rho);
        expect(Math.abs(curvature)).toBeLessThan(error!.curvature(rho) + 1e-7);
      }),
      { numRuns: 40 },
    );
  });
  it("vanishes without interaction", () => {
    const { sigma, twoLoops, neighbours } = ringExpansion([0, 0, 0])(0.3);
    [sigma, twoLoops, neighbours].forEach((value) => expect(Math.abs(value)).toBeLessThan(1e-12));
  });
});

describe("memory of the current", () => {
  it("is nothing for exclusion and nearest neighbours, which are of gradient type", () => {
    expect(greenKuboShare([0, 0])).toBeLessThan(1e-15);
    expect(greenKuboShare([0, 0.7])).toBeLessThan(1e-15);
  });
  it("takes about 0.1 % off at L = 5, Gaussian -2, and 0.04 % off at constant 1", () => {
    expect(greenKuboShare(gaussian(5, -2))).toBeGreaterThan(5e-4);
    expect(greenKuboShare(gaussian(5, -2))).toBeLessThan(2.5e-3);
    expect(greenKuboShare(constant(5, 1))).toBeGreaterThan(2e-4);
    expect(greenKuboShare(constant(5, 1))).toBeLessThan(8e-4);
  });
  it("is a function of density, known to a few parts in 10,000 of m, that long times take off", () => {
    const couplings = gaussian(5, -2);
    const { share, error } = currentMemory(couplings);
    // Ring sizes agree to far less than the share; most is taken off where neighbours hinder most.
    expect(share(0.5)).toBeCloseTo(greenKuboShare(couplings), 4);
    expect([share(0), share(1)]).toEqual([0, 0]);
    expect(share(0.25)).toBeLessThan(0.5 * share(0.5));
    expect(error).toBeLessThan(0.25 * share(0.5));
    const instantaneous = equilibrium({ couplings }), long = withMemory(instantaneous, couplings);
    expect(long.mobility(0.4)).toBeCloseTo(instantaneous.mobility(0.4) * (1 - share(0.4)), 14);
    expect(long.error!.mobility(0.4)).toBeLessThan(0.5 * instantaneous.error!.mobility(0.4));
    expect(withMemory(instantaneous, constant(6, 1))).toBe(instantaneous);
    expect(() => currentMemory(constant(6, 1))).toThrow("at most 5 sites, not 6");
  });
  it("goes as one over the range", () => {
    const ratio = greenKuboShare(constant(40, 1)) / greenKuboShare(constant(5, 1));
    expect(ratio).toBeGreaterThan(0.05);
    expect(ratio).toBeLessThan(0.2);
  });
});
