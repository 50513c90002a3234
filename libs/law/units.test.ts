import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type FileScales,
  LAW_UNITS,
  lawFactor,
  type LawFunction,
  scaledCurveBand,
  unitSystem,
} from "./mod.ts";

const size = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const scales: fc.Arbitrary<FileScales> = fc.record({
  ...{ length: size, time: size, density: size },
  origin: fc.double({ min: -10, max: 10, noNaN: true }),
  names: fc.constant(LAW_UNITS.names),
});

describe("a law in the units of files", () => {
  it("is the same law: D = m f'', K1 = -m/Delta, f the integral of f', and D a length squared per time", () => {
    fc.assert(
      fc.property(scales, size, (own, sites) => {
        const units = unitSystem(sites, own);
        const of = (quantity: LawFunction) => lawFactor(units, quantity);
        expect(of("mobility") * of("curvature") / of("diffusivity")).toBeCloseTo(1, 12);
        expect(of("mobility") / own.length / of("K1")).toBeCloseTo(1, 12);
        expect(of("drivingForce") * own.density / of("freeEnergy")).toBeCloseTo(1, 12);
        expect(of("drivingForce") / own.density / of("curvature")).toBeCloseTo(1, 12);
        // Lengths of the box and L^2/D0: a diffusivity of 1 is D0.
        const diffusive = { ...units, time: own.length ** 2 / sites };
        expect(lawFactor(diffusive, "diffusivity") / sites).toBeCloseTo(1, 12);
      }),
    );
  });

  it("is the law's own where particles have no other units", () => {
    expect(unitSystem(200, undefined)).toBe(LAW_UNITS);
    expect(lawFactor(LAW_UNITS, "mobility")).toBe(1);
  });

  it("has bands that are scaled at all of their edges", () => {
    const one = (v: number) => Float64Array.of(v);
    const wholeCurve = { lower: one(0), upper: one(5) };
    const band = { level: 0.9, mean: one(2), lower: one(1), upper: one(4), wholeCurve };
    expect(scaledCurveBand(band, 3)).toEqual({
      ...{ level: 0.9, mean: one(6), lower: one(3), upper: one(12) },
      wholeCurve: { lower: one(0), upper: one(15) },
    });
  });
});
