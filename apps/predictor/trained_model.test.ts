import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodalDensity, projectField } from "@spiediff/mesh";
import { exactK1, longRangeFinite } from "@spiediff/exact-reference";
import { learnedLaw } from "./learned_law.ts";
import { loadModel } from "./load_model.ts";
import { predict } from "./predict.ts";
import type { Model, Sampler } from "./types.ts";

/** A model that a quick run of the whole road has trained; test-data/README.md says how. */
const FOLDER = join(import.meta.dirname!, "..", "..", "test-data", "lrm-quick-model");
const reference = longRangeFinite({ halfWidth: 40, betaJ0: 1 });
let model: Model;
beforeAll(async () => {
  model = await loadModel(FOLDER, { threads: 2 });
});
afterAll(() => model.close());

const relativeL2 = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.hypot(...Array.from(a, (v, i) => v - b[i])) / Math.hypot(...Array.from(b));

/** Numerical derivative of the exact driving force. */
const curvature = (rho: number) =>
  (reference.drivingForce(rho + 1e-5) - reference.drivingForce(rho - 1e-5)) / 2e-5;

/**
 * An independent solution of `d_t rho = d_x(m f'' d_x rho)` with exact m and f, by explicit finite
 * volumes on a fine grid.
 */
function fineGrid(initial: (x: number) => number, cells: number, times: readonly number[]) {
  const diffusivity = (rho: number) => reference.mobility(rho) * curvature(rho);
  let rho = Float64Array.from({ length: cells }, (_, i) => initial(i / cells));
  let time = 0;
  return times.map((target) => {
    const steps = Math.max(1, Math.ceil((target - time) * cells * cells * 2.6));
    const factor = (target - time) / steps * cells * cells;
    const flux = new Float64Array(cells);
    for (let n = 0; n < steps; n++) {
      for (let i = 0; i < cells; i++) {
        const right = rho[(i + 1) % cells];
        flux[i] = diffusivity((rho[i] + right) / 2) * (right - rho[i]);
      }
      rho = rho.map((value, i) => value + factor * (flux[i] - flux[(i + cells - 1) % cells]));
    }
    time = target;
    const field = (x: number) => {
      const s = x * cells;
      const i = Math.floor(s);
      return rho[i % cells] * (1 - s + i) + rho[(i + 1) % cells] * (s - i);
    };
    return nodalDensity(projectField(field, 25), "lumped");
  });
}

describe("a trained model", () => {
  it("says that its band holds for DDIM-2 only, when another sampler makes the members", async () => {
    const warned = async (sampler?: Sampler) => {
      const options = { seed: 1, members: 40, ...(sampler ? { sampler } : {}) };
      const { warnings } = await predict(model, () => 0.5, [0], options);
      return warnings.filter((text) => /steered and calibrated for DDIM with 2 steps/.test(text));
    };
    expect(await warned()).toEqual([]);
    expect(await warned({ kind: "ddim", steps: 2 })).toEqual([]);
    expect(await warned({ kind: "ddim", steps: 1 })).toHaveLength(1);
    expect(await warned({ kind: "ddim", steps: 10 })).toHaveLength(1);
    expect(await warned({ kind: "ddpm" })).toHaveLength(1);
  });

  it("has learned K1 to 1 % and the slope of f to 2 %, within the densities it has seen", async () => {
    const rho = Array.from({ length: 61 }, (_, i) => 0.2 + 0.01 * i);
    const law = await learnedLaw(model, rho, { seed: 1, members: 200 });
    const exact = rho.map((r) => exactK1(reference, r, r, 25));
    expect(relativeL2(law.K1.mean, exact)).toBeLessThan(0.01);
    const at = law.gauge.referenceDensity;
    const force = rho.map((r) => reference.drivingForce(r) - reference.drivingForce(at));
    expect(relativeL2(law.drivingForce.mean, force)).toBeLessThan(0.02);
  });

  it("predicts what the differential equation says, within 0.5 % or its band, at all times", async () => {
    const initial = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);
    const times = [0.002, 0.01, 0.03, 0.08];
    const p = await predict(model, initial, times, { seed: 1, members: 200 });
    const exact = fineGrid(initial, 100, times);
    times.forEach((_, t) => {
      const { mean, lower, upper } = p.density[t];
      expect(relativeL2(mean, exact[t])).toBeLessThan(0.005);
      exact[t].forEach((value, i) => {
        const inBand = value >= lower[i] && value <= upper[i];
        expect(inBand || Math.abs(mean[i] / value - 1) < 0.005).toBe(true);
      });
    });
    expect(p.table.used).toBe(true);
    expect(p.invariants.operatorsNotPSD + p.invariants.projections).toBe(0);
    expect(p.invariants.maxMassDrift).toBeLessThan(1e-12);
    expect(p.invariants.maxFreeEnergyRise).toBeLessThan(1e-13);
    // A quick run's epinet is wide: single members may be odd, and the user is told.
    expect(p.nonConvexMembers).toBeLessThan(6);
    expect(p.warnings.length).toBe(p.nonConvexMembers > 0 ? 1 : 0);
  });
});
