import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zeroRangeReference } from "@spiediff/exact-reference";
import { parseSimulation } from "@spiediff/experiment";
import { loadModel, predict, type Prediction } from "@spiediff/predictor";
import { runMetrics } from "@spiediff/run-report";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoResult, runDemo } from "./demo_run.ts";
import { exactLaws } from "./reference.ts";

/** Walkers that hinder each other: densities up to 1.8, which no lattice gas has. */
const experiment = parseSimulation({
  name: "zero range",
  seed: 4,
  particles: { system: "zero-range", sites: 120 },
  elements: 10,
  profiles: [
    { name: "wide", mean: 1, modes: [{ k: 1, amplitude: 0.8 }] },
    { name: "high", mean: 1.2, modes: [{ k: 1, amplitude: 0.4, phase: 1 }] },
  ],
  sampling: { realizations: 256, burnIn: 0, h: [4 / 120 ** 2, 8 / 120 ** 2] },
  training: { hidden: [16, 16], batch: 64, steps: { k1: 150, freeEnergy: 150 } },
  prediction: {
    profile: { name: "target", mean: 1.2, modes: [{ k: 1, amplitude: 0.5 }] },
    times: [0, 0.005],
    members: 40,
  },
  groundTruth: { realizations: 16 },
});

let folder = "";
let result: DemoResult<Prediction>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spiediff-process-"));
  const options = { folder, workers: 1, silent: true, command: "demo" };
  result = await runDemo(experiment, options) as DemoResult<Prediction>;
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the whole road for particles without an upper end", () => {
  it("is held against the exact law over the densities that were covered, up to 1.7 and more", () => {
    const { law } = result;
    expect(law.covered[1]).toBeGreaterThan(1.6);
    expect(law.density.at(-1)).toBeGreaterThan(law.covered[1]);
    const { reference, k1, k1AgainstLimit } = runMetrics(result);
    expect(reference).toMatchObject({ kind: "exact", name: "zero-range", limit: null });
    expect(reference!.error).toMatchObject({ k1: 0, diffusivity: 0 });
    // 256 realizations leave 2 % in each of 20 entries.
    expect(k1).toBeLessThan(0.05);
    expect(k1AgainstLimit).toBeNull();
    const inside = law.density.findIndex((rho) => rho > 1.2);
    const truth = zeroRangeReference(0).mobility(law.density[inside]);
    expect(Math.abs(law.mobility.mean[inside] / truth - 1)).toBeLessThan(0.08);
    expect(exactLaws(experiment)!.field!.high).toBe(Infinity);
  });

  it("has a report in the field's own name, and a model that knows its field", async () => {
    const html = await readFile(join(folder, "report.html"), "utf8");
    expect(html).toContain("Zero-range process, g(n) = 1{n ≥ 1}");
    // Of gradient type: the mobility is level over the windows (5 errors of 256 realizations are 3 %).
    expect(html).toContain("Mobility against the window");
    expect(html).toContain("nothing speaks against a process of gradient type");
    expect(html).not.toContain("half-width L =");
    const model = await loadModel(join(folder, "model"));
    try {
      const { system } = model.manifest;
      expect(system).toMatchObject({
        ...{
          particles: "process",
          process: "zero-range",
          parameters: { rate: { name: "constant" } },
        },
        field: { name: "density", low: 0, high: null, ideal: "logarithm" },
      });
      const options = { seed: 1, members: 40, fluctuation: false };
      const beyond = await predict(model, () => 1.2, [0.001], options);
      expect(beyond.density[0].mean[3]).toBeCloseTo(1.2, 9);
      expect(beyond.warnings.join()).not.toMatch(/extrapolates/);
      // More than was seen is predicted, and flagged: averages over hats, a little inside of the wave.
      const more = await predict(
        model,
        (x) => 2 + 0.5 * Math.cos(2 * Math.PI * x),
        [1e-4],
        options,
      );
      expect(more.coverage.firstTimeOutside).toBe(0);
      expect(more.warnings.join()).toMatch(/from 1\.5\d* to 2\.4[89]\d* .*it extrapolates/);
      await expect(predict(model, () => -0.1, [0.001], options)).rejects.toThrow(/be above 0/);
    } finally {
      await model.close();
    }
  });
});
