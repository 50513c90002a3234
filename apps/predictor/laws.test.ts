import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import fc from "fast-check";
import { bandOver, newLawValues, wholeCurveBandOver } from "@spiediff/law";
import { denseOperator } from "@spiediff/macro-solver";
import { ring } from "@spiediff/mesh";
import { type FixtureOptions, writeFixture } from "./_fixture_model.ts";
import { tabulateDrivingForce } from "./driving_force_table.ts";
import { createEnsemble } from "./ensemble.ts";
import { inferMobility, tabulateMobility } from "./mobility_table.ts";
import { learnedLaw } from "./learned_law.ts";
import { learnedMacroscopicLaw } from "./learned_macroscopic_law.ts";
import { loadModel } from "./load_model.ts";
import { fastSoftplus } from "./softplus.ts";
import { softplus, symmetricEigenvalues } from "@spiediff/numerics";
import { makeTables } from "./tables.ts";
import type { Model } from "./types.ts";

let root = "";
const models: Model[] = [];
const open = async (name: string, options?: FixtureOptions) => {
  await writeFixture(join(root, name), options);
  const model = await loadModel(join(root, name), { threads: 1 });
  models.push(model);
  return model;
};
let model: Model;
let hostile: Model;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-laws-"));
  model = await open("model");
  hostile = await open("hostile", { mobilityGain: 300, epinetScale: 20 });
});
afterAll(async () => {
  for (const each of models) await each.close();
  await rm(root, { recursive: true, force: true });
});

describe("the operator of any network", () => {
  it("is symmetric, conservative and PSD for arbitrary densities, indices and seeds", async () => {
    const densities = fc.array(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), {
      minLength: 25,
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(densities, fc.nat(), fc.boolean(), async (rho, seed, wild) => {
        const ensemble = createEnsemble(wild ? hostile : model, { seed, members: 2 });
        const right = rho.map((_, i) => rho[(i + 1) % 25]);
        for (let m = 0; m < 2; m++) {
          const own = new Int32Array(25).fill(m);
          const mobility = await inferMobility(ensemble, rho, right, own, 25);
          const mirrored = await inferMobility(ensemble, right, rho, own, 25);
          // Bit for bit: K_ij = K_ji whichever node is called the left one.
          expect(mirrored).toEqual(mobility);
          expect(mobility.every((m) => m >= 0)).toBe(true);
          const K = denseOperator(ring(25), mobility);
          const eigenvalues = symmetricEigenvalues(K);
          const largest = Math.max(...eigenvalues, Number.MIN_VALUE);
          expect(Math.min(...eigenvalues)).toBeGreaterThanOrEqual(-1e-12 * largest);
          for (const row of K) {
            const scale = row.reduce((sum, v) => sum + Math.abs(v), 0);
            expect(Math.abs(row.reduce((sum, v) => sum + v, 0)))
              .toBeLessThanOrEqual(1e-14 * scale);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it("softplus neither overflows nor changes sign, from a table or not", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.double({ noNaN: true }), fc.double({ min: -40, max: 40, noNaN: true })),
        (u) => {
          const exact = softplus(u);
          expect(exact).toBeGreaterThanOrEqual(Math.max(0, u));
          if (Math.abs(u) < 30) expect(exact).toBeCloseTo(Math.log(1 + Math.exp(u)), 10);
          expect(fastSoftplus(u)).toBeGreaterThanOrEqual(0);
          if (Number.isFinite(exact)) {
            expect(Math.abs(fastSoftplus(u) - exact)).toBeLessThanOrEqual(1e-11 * exact);
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(fastSoftplus(1e30)).toBe(1e30);
    expect(fastSoftplus(-1e30)).toBe(0);
    expect(fastSoftplus(NaN)).toBeNaN();
  });
});

describe("tables", () => {
  it("f' is the derivative of f, f'' that of f', to the error of differences", async () => {
    const ensemble = createEnsemble(model, { seed: 2, members: 3 });
    const table = await tabulateDrivingForce(ensemble, 0.2, 0.8, 33, 0.5);
    const h = 1e-5;
    fc.assert(
      fc.property(fc.nat(2), fc.double({ min: 0.21, max: 0.79, noNaN: true }), (m, rho) => {
        const slope = (g: (m: number, rho: number) => number) =>
          (g(m, rho + h) - g(m, rho - h)) / (2 * h);
        expect(slope(table.freeEnergy)).toBeCloseTo(table.drivingForce(m, rho), 8);
        // f'' of cubics with continuous slope jumps at grid points; away from them it is exact.
        const cell = (rho - 0.2) / (0.6 / 32);
        if (Math.abs(cell - Math.round(cell)) > 0.01) {
          expect(slope(table.drivingForce)).toBeCloseTo(table.curvature(m, rho), 6);
        }
      }),
    );
  });
  it("count the members whose free energy is not convex", async () => {
    const convex = createEnsemble(model, { seed: 2, members: 4 });
    expect((await tabulateDrivingForce(convex, 0.2, 0.8, 33, 0.5)).nonConvexMembers).toBe(0);
    const falling: typeof convex = {
      ...convex,
      async drivingForce(conditions, member, count, out) {
        await convex.drivingForce(conditions, member, count, out);
        for (let r = 0; r < count; r++) if (member[r] === 2) out[r] = -out[r];
      },
    };
    expect((await tabulateDrivingForce(falling, 0.2, 0.8, 33, 0.5)).nonConvexMembers).toBe(1);
  });
  it("fix the gauge inside and outside of the table", async () => {
    const ensemble = createEnsemble(model, { seed: 2, members: 3 });
    const wide = await tabulateDrivingForce(ensemble, 0.2, 0.8, 65, 0.5);
    const narrow = await tabulateDrivingForce(ensemble, 0.6, 0.8, 65, 0.5);
    for (let m = 0; m < 3; m++) {
      expect(wide.freeEnergy(m, 0.5)).toBeCloseTo(0, 14);
      expect(wide.drivingForce(m, 0.5)).toBeCloseTo(0, 6);
      expect(narrow.freeEnergy(m, 0.7)).toBeCloseTo(wide.freeEnergy(m, 0.7), 6);
    }
  });
  it("of the mobility converge with order four to the mean over the element", async () => {
    const ensemble = createEnsemble(model, { seed: 4, members: 1 });
    const rho = Float64Array.from({ length: 200 }, (_, i) => 0.4 + 0.2 * ((i * 0.618) % 1));
    const other = rho.map((r, i) => r + 0.35 * (((i * 0.414) % 1) - 0.5));
    const exact = await inferMobility(ensemble, rho, other, new Int32Array(200), 200);
    const error = async (points: number) => {
      const table = await tabulateMobility(ensemble, 0.2, 0.8, points);
      return Math.max(...exact.map((v, i) => Math.abs(v - table.mean(0, rho[i], other[i]))));
    };
    const coarse = await error(7);
    const fine = await error(13);
    // Halving the spacing should win 16; float32 inference takes a part.
    expect(coarse / fine).toBeGreaterThan(6);
    expect(fine).toBeLessThan(1e-3);
  });
  it("of the mobility hold an element only if both of its densities are inside", async () => {
    const ensemble = createEnsemble(model, { seed: 4, members: 1 });
    const { covers } = await tabulateMobility(ensemble, 0.2, 0.8, 7);
    // Evenly spread, which fast-check's doubles are not.
    const density = fc.integer({ min: 0, max: 1000 }).map((k) => k / 1000);
    fc.assert(fc.property(density, density, (a, b) => {
      expect(covers(a, b)).toBe(a >= 0.2 && a <= 0.8 && b >= 0.2 && b <= 0.8);
    }));
  });
  it("hand over to direct inference outside, without a seam", async () => {
    const ensemble = createEnsemble(model, { seed: 5, members: 2 });
    const tables = await makeTables(ensemble, 0.4, 0.6, 0.05, 0.5, 1e-3, true);
    const law = learnedMacroscopicLaw(ensemble, tables, ring(5), { direct: false });
    const direct = learnedMacroscopicLaw(ensemble, tables, ring(5), { direct: true });
    const density = Float64Array.of(0.45, 0.5, 0.55, 0.9, 0.2, 0.41, 0.42, 0.43, 0.44, 0.45);
    const [a, b] = [newLawValues(law), newLawValues(law)];
    await law.evaluate(density, 0, a);
    await direct.evaluate(density, 0, b);
    // Two nodes and three elements of the first member lie outside; of the second, none.
    expect(law.fallbackRows()).toBe(5);
    for (let n = 0; n < 10; n++) {
      expect(a.mobility[n]).toBeCloseTo(b.mobility[n], 5);
      expect(a.drivingForce[n]).toBeCloseTo(b.drivingForce[n], 4);
    }
    const wide = await tabulateDrivingForce(ensemble, 0.1, 0.95, 129, 0.5);
    const F = new Float64Array(2);
    await law.invariants.find(({ name }) => name === "free energy")!.value(density, F);
    for (let m = 0; m < 2; m++) {
      let sum = 0;
      for (let i = 0; i < 5; i++) sum += wide.freeEnergy(m, density[5 * m + i]) / 5;
      expect(F[m]).toBeCloseTo(sum, 5);
    }
  });
});

describe("learnedLaw", () => {
  it("agrees with itself: f' is the slope of f, K1 is negative, bands are ordered", async () => {
    const rho = Array.from({ length: 61 }, (_, i) => 0.2 + 0.01 * i);
    const law = await learnedLaw(model, rho, { seed: 1, members: 50, keepMembers: true });
    const { mean: f } = law.freeEnergy;
    const { mean: fp } = law.drivingForce;
    for (let j = 1; j < 60; j++) {
      expect((f[j + 1] - f[j - 1]) / 0.02).toBeCloseTo(fp[j], 3);
      expect(law.K1.upper[j]).toBeLessThan(0);
      expect(law.K1.lower[j]).toBeLessThanOrEqual(law.K1.mean[j]);
    }
    expect(Math.abs(fp[30])).toBeLessThan(1e-6);
    expect(Math.abs(f[30])).toBeLessThan(1e-12);
    expect(law.members!.K1.length).toBe(50 * 61);
    expect(law.K1).toMatchObject(bandOver(law.members!.K1, 61, 0.95));
    const { mobility, diffusivity, curvature, K1 } = law.members!;
    mobility.forEach((m, r) => {
      expect(K1[r]).toBe(-25 * m);
      expect(diffusivity[r]).toBe(m * curvature[r]);
    });
    for (let j = 1; j < 60; j++) {
      expect((fp[j + 1] - fp[j - 1]) / 0.02).toBeCloseTo(law.curvature.mean[j], 2);
    }
    const { lower, upper } = wholeCurveBandOver(law.members!.K1, 61, 0.95);
    expect(law.K1.wholeCurve).toEqual({ lower, upper });
  });
  it("refuses grids that do not rise inside (0, 1)", async () => {
    for (const bad of [[], [0.5, 0.4], [0, 0.5], [0.5, NaN]]) {
      await expect(learnedLaw(model, bad, { seed: 1, members: 2 })).rejects.toThrow(RangeError);
    }
  });
});
