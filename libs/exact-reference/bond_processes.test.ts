import { describe, expect, it } from "vitest";
import fc from "fast-check";
import {
  energyExchangeReference,
  generalisedExclusionReference,
  inclusionReference,
  instantaneousMetropolis,
  kawasakiHeatBath,
  kawasakiMetropolis,
  zeroRangeReference,
} from "./mod.ts";

const references = [
  ["zero range, constant", zeroRangeReference(0, 2), 3],
  ["zero range, saturating", zeroRangeReference(1.7, 2), 3],
  ["zero range, linear", zeroRangeReference(Infinity, 2), 3],
  ["inclusion", inclusionReference(0.7, 2), 3],
  ["energy exchange", energyExchangeReference(2), 3],
  ["generalised exclusion", generalisedExclusionReference(2), 2],
  ["Kawasaki, heat bath", kawasakiHeatBath(2, 2), 1],
  ["Kawasaki, heat bath, repulsive", kawasakiHeatBath(-1.5, 2), 1],
] as const;

describe.each(references)("%s", (_, reference, range) => {
  const densities = fc.double({ min: 0.05 * range, max: 0.95 * range, noNaN: true });
  const slope = (f: (rho: number) => number, rho: number) => {
    const d = 1e-5 * rho;
    return (f(rho + d) - f(rho - d)) / (2 * d);
  };

  it("has f' and f'' as the derivatives of f, and D = m f''", () => {
    fc.assert(fc.property(densities, (rho) => {
      const { freeEnergy, drivingForce, curvature, mobility, diffusivity } = reference;
      expect(slope(freeEnergy, rho)).toBeCloseTo(drivingForce(rho), 5);
      expect(slope(drivingForce, rho) / curvature(rho)).toBeCloseTo(1, 5);
      expect(mobility(rho) * curvature(rho) / diffusivity(rho)).toBeCloseTo(1, 12);
    }));
  });

  it("refuses densities outside of the domain", () => {
    expect(() => reference.mobility(0)).toThrow(/must lie in/);
    expect(() => reference.drivingForce(-1)).toThrow(RangeError);
  });
});

describe("closed forms", () => {
  it("of the zero range follow from enumerated sites", () => {
    for (const capacity of [0, 1.7, Infinity]) {
      const g = (n: number) => capacity === 0 ? 1 : n / (1 + n / capacity);
      const reference = zeroRangeReference(capacity);
      for (const rho of [0.3, 1, 2.5]) {
        const phi = reference.mobility(rho);
        let weight = 1, total = 0, first = 0;
        for (let n = 0; n < 400; weight *= phi / g(++n)) {
          total += weight;
          first += n * weight;
        }
        expect(first / total).toBeCloseTo(rho, 9);
        expect(Math.log(total)).toBeCloseTo(rho * Math.log(phi) - reference.freeEnergy(rho), 9);
      }
    }
  });

  it("give the diffusivities that are constants", () => {
    for (const rho of [0.3, 1, 1.9]) {
      expect(inclusionReference(0.7).diffusivity(rho)).toBeCloseTo(0.7, 12);
      expect(energyExchangeReference().diffusivity(rho)).toBeCloseTo(0.5, 12);
      expect(generalisedExclusionReference().diffusivity(rho)).toBeCloseTo(2, 12);
      expect(zeroRangeReference(Infinity).diffusivity(rho)).toBeCloseTo(1, 12);
    }
  });

  it("of the lattice gas at b = 2, half full: f'' = 4 / e, m of heat-bath swaps .043572", () => {
    expect(kawasakiHeatBath(2).curvature(0.5)).toBeCloseTo(4 * Math.exp(-1), 12);
    expect(kawasakiHeatBath(2).mobility(0.5)).toBeCloseTo(0.043572, 5);
  });

  it("of Metropolis swaps at b = 1, 2 and 3, half full: what rings of 14 sites gave", () => {
    const known = [[1, 0.142537, 0.14021, 2e-5], [2, 0.072329, 0.06961, 2e-5], [
      3,
      0.033279,
      0.0317,
      1e-4,
    ]];
    for (const [b, instantaneous, mobility, error] of known) {
      const reference = kawasakiMetropolis(b);
      expect(reference.kind).toBe("expansion");
      expect(instantaneousMetropolis(0.5, b)).toBeCloseTo(instantaneous, 6);
      const found = reference.mobility(0.5);
      expect(Math.abs(found - mobility)).toBeLessThan(
        error + reference.error!.mobility(0.5) * found,
      );
    }
    const share = (b: number, rho: number) =>
      1 - kawasakiMetropolis(b).mobility(rho) / instantaneousMetropolis(rho, b);
    expect(share(1, 0.25)).toBeCloseTo(0.0105, 3);
    expect(share(2, 0.75)).toBeCloseTo(0.026, 2);
    // Without interaction swaps are those of symmetric exclusion.
    expect(kawasakiMetropolis(0).mobility(0.3)).toBeCloseTo(0.21, 12);
  });

  it("say what is wrong", () => {
    expect(() => zeroRangeReference(-1)).toThrow(/capacity/);
    expect(() => inclusionReference(0)).toThrow(/alpha/);
    expect(() => energyExchangeReference(0)).toThrow(/beta/);
  });
});
