import { randomStream } from "@spiediff/random";
import fc from "fast-check";
import { Matrix, solve } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { inputsAt, SHAPE } from "./_some_epinet.ts";
import { stacked } from "./blocks.ts";
import type { CalibrationProfile } from "./calibration.ts";
import { type Bend, evenBends, priorScales } from "./epinet.ts";
import { drawBends, likelyBends } from "./likely_prior.ts";

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

/** Values of a law with errors, as profiles at random densities, as readouts of a layer see them. */
function drawnProfiles(
  law: (rho: number) => number,
  error: number,
  seed: number,
  foreign?: Foreign,
) {
  const { normal, uniform } = randomStream(seed, "likely-prior-test");
  const draw = normal();
  const drawn = Array.from({ length: PROFILES }, (_, p) => {
    const density = Array.from({ length: DATA }, () => 0.2 + 0.6 * uniform());
    const other = density.map((rho) => affects(p, foreign) ? foreign!.of(rho) : 0);
    const values = density.map((rho, i) => law(rho) + error * normal() + draw * other[i]);
    return { density, other, values };
  });
  return (bends: readonly Bend[]) =>
    drawn.map(({ density, other, values }, p): CalibrationProfile => ({
      design: new Matrix(inputsAt(density, { ...SHAPE, bends })).div(error),
      // However the base network shares the data with its residual.
      residual: Float64Array.from(values, (v) => 0.3 * v / error),
      explained: Float64Array.from(values, (v) => 0.7 * v / error),
      ...(!foreign?.told
        ? {}
        : affects(p, foreign)
        ? { foreign: Matrix.columnVector(other).div(error) }
        : foreign.only!.absent),
    }));
}

const bendsOf = (profiles: ReturnType<typeof drawnProfiles>) =>
  likelyBends(range, 1, (width) => profiles(evenBends({ width, size: 1 })));

/** The likeliest way to bend. */
const likely = (...data: Parameters<typeof drawnProfiles>) =>
  bendsOf(drawnProfiles(...data)).reduce((best, one) =>
    one.probability > best.probability ? one : best
  );

/** Neither a line nor one bend: mobility of neighbours that repel looks like this. */
const LAW = (rho: number) => rho * (1 - rho) * Math.exp(2 * rho);
const smooth = (rho: number) => Math.log(rho / (1 - rho));
const wiggly = (rho: number) => Math.sin(30 * rho);
const seeds = Array.from({ length: 10 }, (_, seed) => seed);

describe("likelyBends", () => {
  it("finds a smooth law to be smooth and a wiggly one to bend, with every one of ten data sets", () => {
    for (const seed of seeds) {
      const [wide, narrow] = [smooth, wiggly].map((law) => likely(law, 0.02, seed));
      expect(wide.width).toBeGreaterThanOrEqual(0.28);
      expect(wide.size).toBeLessThan(1);
      // Half a period of the sine is 0.105.
      expect(narrow.width).toBe(0.1);
      expect(narrow.size).toBeGreaterThan(2);
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
    for (const seed of seeds) expect(likely(() => 0, 1, seed).size).toBeLessThan(0.3);
  });
  it("never fails however large or small the errors are", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(smooth, wiggly),
        fc.double({ min: -12, max: 6, noNaN: true }),
        fc.nat(),
        (law, magnitude, seed) => {
          const all = bendsOf(drawnProfiles(law, 10 ** magnitude, seed));
          const sum = (of: (bend: typeof all[0]) => number) =>
            all.reduce((total, bend) => total + of(bend), 0);
          expect(sum(({ probability }) => probability)).toBeCloseTo(1, 12);
          for (const { width, size } of all) expect(Math.min(width, size)).toBeGreaterThan(0);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("drawBends", () => {
  it("gives each way to bend its share of the units, within one, anywhere among them", () => {
    const likely = [0.5, 0.3, 0.15, 0.05].map((probability, k) => ({
      ...{ width: 0.1 * (k + 1), size: k + 1, probability },
    }));
    const firsts = new Set<number>();
    for (const seed of seeds) {
      const bends = drawBends(likely, randomStream(seed, "bends"));
      expect(bends).toHaveLength(32);
      for (const { width, size, probability } of likely) {
        const count = bends.filter((bend) => bend.width === width && bend.size === size).length;
        expect(Math.abs(count - 32 * probability)).toBeLessThan(1);
      }
      firsts.add(bends[0].width);
    }
    expect(firsts.size).toBeGreaterThan(1);
  });

  /**
   * Root mean square of (posterior mean - law) / (posterior deviation) over densities, of a data set: of the prior
   * that the bends make, readouts in units of 1.
   */
  function deviation(bends: readonly Bend[], profiles: readonly CalibrationProfile[]): number {
    const shape = { ...SHAPE, bends };
    const scales = Matrix.diag(priorScales(1, shape));
    const design = stacked(profiles.map((profile) => profile.design)).mmul(scales);
    const data = stacked(
      profiles.map(({ residual, explained }) =>
        Matrix.columnVector(residual.map((r, i) => r + explained[i]))
      ),
    );
    const normal = design.transpose().mmul(design).add(Matrix.eye(design.columns));
    const mean = solve(normal, design.transpose().mmul(data));
    const density = Array.from({ length: 25 }, (_, k) => 0.2 + 0.025 * k);
    const seen = new Matrix(inputsAt(density, shape)).mmul(scales);
    const spread = solve(normal, seen.transpose());
    const value = seen.mmul(mean);
    const squares = density.map((rho, i) =>
      (value.get(i, 0) - LAW(rho)) ** 2 /
      seen.getRowVector(i).mmul(spread.getColumnVector(i)).get(0, 0)
    );
    return squares.reduce((sum, square) => sum + square, 0) / density.length;
  }

  it("makes posteriors as wide as their errors, where the likeliest prior's are too narrow", () => {
    const sets = 80;
    let drawn = 0, likeliest = 0;
    for (let seed = 0; seed < sets; seed++) {
      const profiles = drawnProfiles(LAW, 0.02, seed);
      const all = bendsOf(profiles);
      const bends = drawBends(all, randomStream(seed, "drawn"));
      const best = evenBends(all.reduce((a, b) => b.probability > a.probability ? b : a));
      drawn += deviation(bends, profiles(bends)) / sets;
      likeliest += deviation(best, profiles(best)) / sets;
    }
    // Some seven numbers of a data set count: 1 +- 0.06 over 80; four of these (6e-5).
    expect(Math.abs(drawn - 1)).toBeLessThan(0.24);
    expect(likeliest / drawn).toBeGreaterThan(1.05);
  });
});
