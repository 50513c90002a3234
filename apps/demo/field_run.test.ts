import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSimulation, preset } from "@spiediff/experiment";
import { readNpy } from "@spiediff/npy";
import { readCsv } from "@spiediff/report";
import type { PredictedField } from "@spiediff/run-report";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoResult, runDemo } from "./demo_run.ts";
import { comparedElements } from "./mesh.ts";
import { reportRun } from "./report_run.ts";

const base = preset("exclusion-2d", 2);
const SIDE = 48;
const experiment = parseSimulation({
  ...base,
  particles: { ...base.particles, sites: SIDE },
  elements: 8,
  sampling: { realizations: 256, burnIn: 0, h: [0.1 / SIDE ** 2] },
  training: { hidden: [16, 16], batch: 64, steps: { k1: 200, freeEnergy: 200 } },
  prediction: { ...base.prediction, times: [0, 0.003, 0.01], members: 30 },
  groundTruth: { realizations: 24 },
});

let folder = "", result: DemoResult<PredictedField>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spiediff-field-"));
  const options = { folder, workers: 1, silent: true, command: "demo" };
  result = await runDemo(experiment, options) as DemoResult<PredictedField>;
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the whole road on a square", () => {
  it("learns the exact law from lines of nodes", () => {
    expect(result.run.estimates).toHaveLength(3 * 2 * 8);
    // 384 elements at 4 % each.
    expect(result.law.errors!.k1).toBeLessThan(0.02);
    expect(result.law.errors!.diffusivity).toBeLessThan(0.04);
  });

  it("predicts on a mesh of three sites an element, near the exact equation's solution", () => {
    const { prediction, exact } = result;
    expect(prediction).toMatchObject({ dimension: 2, elements: 16, times: [0, 0.003, 0.01] });
    expect(exact!.deviation).toBeLessThan(0.01);
    expect(exact!.inside).toBeGreaterThan(0.5);
  });

  it("agrees with the direct simulation within its scatter", () => {
    const { coverage, truth } = result;
    expect(truth.statistics.elements).toBe(16 ** 2);
    // 512 values, neighbours correlated: the standard deviation of the square's mean is below 0.15.
    expect(coverage.rmsDeviation).toBeGreaterThan(0.7);
    expect(coverage.rmsDeviation).toBeLessThan(1.3);
    expect(coverage.withKmcError).toBeGreaterThan(0.85);
  });

  it("leaves tables with positions, an array and a page of maps", async () => {
    const text = (name: string) => readFile(join(folder, name), "utf8");
    const kmc = readCsv(await text("kmc.csv")).columns;
    const own = readCsv(await text("prediction.csv")).columns;
    expect([kmc.t, kmc.x, kmc.y]).toEqual([own.t, own.x, own.y]);
    expect([kmc.x[17], kmc.y[17]]).toEqual([1 / 16, 1 / 16]);
    expect(readNpy(join(folder, "prediction.npy")).shape).toEqual([3, 3, 16, 16]);
    const html = await text("report.html");
    expect(html).toContain("field-maps");
    expect(html).toContain("Symmetric exclusion process, 2D, N² = 48² sites");
    const { metrics } = JSON.parse(await text("metrics.json"));
    expect(metrics.positiveSemiDefinite.violations).toBe(0);
    expect(metrics.positiveSemiDefinite.evaluations).toBeGreaterThan(100);
  });

  it("is reported again from its folder", async () => {
    const again = await reportRun({ folder, workers: 1, silent: true, command: "report" });
    expect(again.prediction.density).toEqual(result.prediction.density);
    expect(again.exact).toEqual(result.exact);
    expect(again.truth!.statistics.mean).toEqual(result.truth.statistics.mean);
  });
});

it("meshes of comparison are the finest that leave three sites to an element", () => {
  const of = (sites: number, elements: number, dimension: 2 | 3) =>
    comparedElements({ ...base, particles: { ...base.particles, sites, dimension }, elements });
  expect([of(96, 8, 2), of(96, 12, 2), of(48, 8, 2), of(400, 8, 2)]).toEqual([32, 24, 16, 16]);
  expect([of(36, 6, 3), of(36, 4, 3), of(24, 6, 3)]).toEqual([12, 12, 6]);
  expect(comparedElements(preset("lrm"))).toBe(25);
});
