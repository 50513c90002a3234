import { randomStream } from "@spiediff/random";
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { inputsAt, SHAPE } from "./_some_epinet.ts";
import type { CalibrationProfile } from "./calibration.ts";
import { likelyPrior } from "./likely_prior.ts";

const PROFILES = 3, DATA = 25;
const range = { low: 0.2, high: 0.8, domain: { low: 0, high: 1 } };

/** Another quantity's error, by one draw: told of or not. */
interface Foreign {
  readonly of: (rho: number) => number;
  readonly told: boolean;
  /** The one profile that it affects and is told for, and what is said for the others; all by default. */
  readonly only?: { readonly affected: number; readonly absent: { foreign?: Matrix } };
}

const affects = (profile: number, foreign: Foreign | undefined) =>
  foreign !== undefined && (foreign.only === undefined || foreign.only.affected === profile);

/** The likeliest prior for values of a law with errors, as profiles at random densities. */
function likely(law: (rho: number) => number, error: number, seed: number, foreign?: Foreign) {
  const { normal, uniform } = randomStream(seed, "likely-prior-test");
  const draw = normal();
  const drawn = Array.from({ length: PROFILES }, (_, p) => {
    const density = Array.from({ length: DATA }, () => 0.2 + 0.6 * uniform());
    const other = density.map((rho) => affects(p, foreign) ? foreign!.of(rho) : 0);
    const values = density.map((rho, i) => law(rho) + error * normal() + draw * other[i]);
    return { density, other, values };
  });
  return likelyPrior(
    range,
    1,
    (width) =>
      drawn.map(({ density, other, values }, p): CalibrationProfile => ({
        design: new Matrix(inputsAt(density, { ...SHAPE, width })).div(error),
        // However the base network shares the data with its residual.
        residual: Float64Array.from(values, (v) => 0.3 * v / error),
        explained: Float64Array.from(values, (v) => 0.7 * v / error),
        ...(!foreign?.told
          ? {}
          : affects(p, foreign)
          ? { foreign: Matrix.columnVector(other).div(error) }
          : foreign.only!.absent),
      })),
  );
}

const smooth = (rho: number) => Math.log(rho / (1 - rho));
const wiggly = (rho: number) => Math.sin(30 * rho);
const seeds = Array.from({ length: 10 }, (_, seed) => seed);

describe("likelyPrior", () => {
  it("finds a smooth law to be smooth and a wiggly one to bend, with every one of ten data sets", () => {
    for (const seed of seeds) {
      const [wide, narrow] = [smooth, wiggly].map((law) => likely(law, 0.02, seed));
      expect(wide).toMatchObject(range);
      expect(wide.width).toBeGreaterThanOrEqual(0.28);
      expect(wide.smooth).toBeLessThan(1);
      // Half a period of the sine is 0.105.
      expect(narrow.width).toBe(0.1);
      expect(narrow.smooth).toBeGreaterThan(2);
    }
  });
  it("goes by the law and not by how exactly it was measured", () => {
    for (const error of [0.002, 0.1]) {
      for (const seed of seeds.slice(0, 4)) {
        expect(likely(wiggly, error, seed).width).toBeLessThanOrEqual(0.14);
        expect(likely(smooth, error, seed).width).toBeGreaterThanOrEqual(0.2);
      }
    }
  });
  it("does not take another quantity's errors for bends of the law, if it is told of them", () => {
    const foreign = (told: boolean) => ({ of: (rho: number) => 0.5 * wiggly(rho), told });
    const width = (told: boolean) =>
      seeds.map((seed) => likely(smooth, 0.02, seed, foreign(told)).width);
    expect(Math.min(...width(true))).toBeGreaterThanOrEqual(0.28);
    expect(width(false).filter((own) => own <= 0.14).length).toBeGreaterThan(7);
  });
  it("takes a profile without foreign errors for one whose foreign errors are zero", () => {
    const of = wiggly;
    for (const affected of [0, 2]) {
      const prior = (absent: { foreign?: Matrix }) =>
        likely(smooth, 0.02, 1, { of, told: true, only: { affected, absent } });
      expect(prior({})).toEqual(prior({ foreign: Matrix.zeros(DATA, 1) }));
      expect(prior({})).not.toEqual(likely(smooth, 0.02, 1, { of, told: false }));
    }
  });
  it("finds a small readout where there is nothing but noise", () => {
    for (const seed of seeds) expect(likely(() => 0, 1, seed).smooth).toBeLessThan(0.3);
  });
  it("never fails however large or small the errors are", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(smooth, wiggly),
        fc.double({ min: -12, max: 6, noNaN: true }),
        fc.nat(),
        (law, magnitude, seed) => {
          const { width, smooth } = likely(law, 10 ** magnitude, seed);
          expect(width).toBeGreaterThan(0);
          expect(smooth).toBeGreaterThan(0);
        },
      ),
      { numRuns: 20 },
    );
  });
});
