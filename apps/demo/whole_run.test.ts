/** A whole run, as small as can be: its files agree with one another and with what they are made from. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runApplication } from "@spiediff/command-line";
import { equilibriumFor, exactK1, longRangeLimit } from "@spiediff/exact-reference";
import {
  type ExperimentInput,
  parseSimulation,
  type SimulatedExperiment,
} from "@spiediff/experiment";
import { localPart } from "@spiediff/fdt-operators";
import type { Prediction } from "@spiediff/predictor";
import { claimHolds, formatPercent, metricClaims, readCsv } from "@spiediff/report";
import {
  bandCoverage,
  densityGrid,
  operatorPoints,
  relativeError,
  reportData,
  runMetrics,
  runWarnings,
} from "@spiediff/run-report";
import { densityRange } from "@spiediff/train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keptBaseline } from "./baseline.ts";
import { demoApplication } from "./command.ts";
import { type DemoResult, runDemo } from "./demo_run.ts";
import { reportFingerprint } from "./report_fingerprint.ts";
import { groundTruthStage, hasGroundTruth } from "./ground_truth.ts";
import { liveLaw } from "./live_law.ts";
import { originOf } from "./origin.ts";
import { exactLaws } from "./reference.ts";
import { reportRun } from "./report_run.ts";

const TINY: ExperimentInput = {
  name: "tiny",
  seed: 5,
  particles: { sites: 200, halfWidth: 4, betaJ0: 1, initialState: "local-gibbs" },
  elements: 10,
  profiles: [
    { name: "wide", mean: 0.5, modes: [{ k: 1, amplitude: 0.3 }] },
    { name: "low", mean: 0.4, modes: [{ k: 1, amplitude: 0.2, phase: 1 }] },
  ],
  sampling: { realizations: 200, burnIn: 0, h: [1e-5, 1e-4] },
  training: { hidden: [8, 8], batch: 40, steps: { k1: 150, freeEnergy: 150 } },
  prediction: {
    profile: { name: "target", mean: 0.5, modes: [{ k: 1, amplitude: 0.2 }] },
    times: [0, 0.001, 0.003],
    members: 40,
  },
  groundTruth: { realizations: 6 },
};
const M = 10;
const experiment: SimulatedExperiment = parseSimulation(TINY);
const options = { workers: 1, silent: true, command: "this very command" };

let root = "", folder = "", result: DemoResult<Prediction>;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "spiediff-demo-"));
  folder = join(root, "run");
  const file = join(root, "tiny.json");
  writeFileSync(file, JSON.stringify(TINY));
  const { code, stdout, stderr } = await demo("--experiment", file, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  const printed = JSON.parse(stdout);
  const record = json("metrics.json");
  expect(record.command).toBe(`deno task demo --experiment ${file} --seed 5`);
  expect(printed).toMatchObject({ folder, metrics: record.metrics, warnings: record.warnings });
  expect(Object.keys(printed.seconds)).toEqual(Object.keys(record.seconds));
  // Again, from what is there: all stages are taken up.
  result = await runDemo(experiment, { folder, ...options }) as DemoResult<Prediction>;
}, 600_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function demo(...args: string[]) {
  let stdout = "", stderr = "";
  const code = await runApplication(demoApplication, [...args, "--out", folder, "--workers", "1"], {
    stdout: { write: (text: string) => void (stdout += text) },
    stderr: { write: (text: string) => void (stderr += text) },
    env: {},
  });
  return { code, stdout, stderr };
}
const json = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
/** Of the densities that training covered. */
const indices = () => {
  const { density, covered: [low, high] } = result.law;
  return density.map((_, i) => i).filter((i) => density[i] >= low && density[i] <= high);
};
const covered = (values: number[]) => indices().map((i) => values[i]);
const table = (name: string) => readCsv(readFileSync(join(folder, name), "utf8"));
const near = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance = 1e-12) => {
  expect(a.length).toBe(b.length);
  Array.from(a).forEach((v, i) =>
    expect(Math.abs(v - b[i])).toBeLessThanOrEqual(tolerance * (1 + Math.abs(b[i])))
  );
};

describe("tables", () => {
  it("hold prediction and direct simulation at the same times and nodes", () => {
    const prediction = table("prediction.csv").columns, kmc = table("kmc.csv").columns;
    const times = experiment.prediction.times;
    near(kmc.t, times.flatMap((t) => new Array(M).fill(t)));
    near(kmc.x, times.flatMap(() => Array.from({ length: M }, (_, i) => i / M)));
    near(prediction.t ?? prediction.time, kmc.t);
    near(prediction.x, kmc.x);
    near(kmc.mean, result.truth.statistics.mean);
    near(kmc.standard_error, result.truth.statistics.standardError);
    near(prediction.mean, result.prediction.density.flatMap(({ mean }) => [...mean]));
  });

  it("hold what was learned beside what is exact, on the grid of all reports", () => {
    const reference = equilibriumFor(experiment.particles as never);
    const k1 = table("k1.csv"), mobility = table("mobility.csv").columns;
    expect(k1.level).toBe(0.95);
    const rho = k1.columns.rho;
    near(rho, densityGrid([0.1, 0.9]));
    expect(rho).toHaveLength(181);
    near(k1.columns.reference, rho.map((r) => exactK1(reference, r, r, M)));
    near(mobility.reference, rho.map(reference.mobility));
    near(k1.columns.mean, mobility.mean.map((m) => -M * m), 1e-6);
    near(table("driving-force.csv").columns.reference, rho.map(reference.drivingForce));
    near(table("free-energy.csv").columns.reference, rho.map(reference.freeEnergy));
    near(
      table("diffusivity.csv").columns.reference,
      rho.map((r) => {
        const d = 1e-5 * Math.min(r, 1 - r);
        const curvature = (reference.drivingForce(r + d) - reference.drivingForce(r - d)) / (2 * d);
        return reference.mobility(r) * curvature;
      }),
      1e-5,
    );
    for (const file of ["k1", "mobility", "driving-force", "free-energy", "diffusivity"]) {
      const { mean, lower, upper, curve_lower, curve_upper } = table(`${file}.csv`).columns;
      mean.forEach((_, i) => {
        expect(lower[i]).toBeLessThanOrEqual(upper[i]);
        expect(curve_lower[i]).toBeLessThanOrEqual(lower[i] + 1e-12);
        expect(curve_upper[i]).toBeGreaterThanOrEqual(upper[i] - 1e-12);
      });
    }
    // f and f' are moved by the same line: f' is the slope of f.
    const f = table("free-energy.csv").columns.mean,
      force = table("driving-force.csv").columns.mean;
    for (let i = 30; i < 150; i++) {
      expect(Math.abs((f[i + 1] - f[i - 1]) / (rho[i + 1] - rho[i - 1]) - force[i]))
        .toBeLessThan(0.05);
    }
    near(result.law.K1Limit!, rho.map((r) => exactK1(exactLaws(experiment)!.limit!, r, r, M)));
    expect(exactLaws(experiment)!.limit!.mobility(0.3))
      .toBe(longRangeLimit({ betaJ0: 1 }).mobility(0.3));
  });
});

describe("figures", () => {
  it("are those of the tables, over the covered densities", () => {
    const [low, high] = result.law.covered;
    expect([low, high]).toEqual(densityRange(result.run.estimates));
    const { rho, mean, reference } = table("k1.csv").columns;
    const inside = rho.map((_, i) => i).filter((i) => rho[i] >= low && rho[i] <= high);
    const pick = (values: number[]) => inside.map((i) => values[i]);
    const metrics = runMetrics(result);
    expect(metrics.k1).toBeCloseTo(relativeError(pick(mean), pick(reference)), 12);
    expect(metrics.k1AgainstLimit)
      .toBeCloseTo(relativeError(pick(mean), pick(result.law.K1Limit!)), 12);
    expect(metrics.freeEnergyAffineGauge).toBeGreaterThanOrEqual(metrics.freeEnergyGaugeFree! / 50);
    const coverage = bandCoverage(result.prediction, result.truth.statistics);
    expect([metrics.bandCoverage, metrics.bandCoverageWithKmcError])
      .toEqual([coverage.plain, coverage.withKmcError]);
    const { invariants, freeEnergy } = result.prediction;
    expect(metrics.relativeMassDrift).toBe(invariants.maxMassDrift);
    expect(metrics.relativeFreeEnergyRise)
      .toBe(invariants.maxFreeEnergyRise! / Math.max(...freeEnergy.mean.map(Math.abs)));
    expect(metrics.positiveSemiDefinite)
      .toEqual({ evaluations: invariants.operatorsChecked, violations: 0 });
    expect(metrics.level).toBe(0.95);
    expect(metrics.simulationDeviation).toBe(coverage.rmsDeviation);
    const file = json("metrics.json");
    expect({ ...file.metrics, reference: file.reference }).toEqual(
      JSON.parse(JSON.stringify(metrics)),
    );
    const { goodnessOfFit, leftOutProfiles } = result.run.training.tests!;
    expect([file.goodnessOfFit, file.leftOutProfiles]).toEqual([goodnessOfFit, leftOutProfiles]);
    expect([file.warnings, file.seed]).toEqual([runWarnings(result), 5]);
    expect(file.baseline).toMatchObject({ members: 4 });
    expect(file.start).toMatch(
      /^Start: local equilibrium, by 10 heat-bath sweeps .*; no burn-in\.$/,
    );
  });

  it("say what they are measured against, with its error in the same measures", () => {
    const { reference } = runMetrics(result), { law } = result;
    const exact = equilibriumFor(experiment.particles as never);
    expect(reference).toMatchObject({
      ...{ kind: "exact", name: "transfer-matrix", label: "equilibrium (exact)" },
      limit: relativeError(covered(law.K1Limit!), covered(law.K1.reference!)),
    });
    const share = exact.error!.mobility(0.5);
    expect(share).toBeGreaterThan(1e-5);
    // Memory of the current, the same share at every density, is all that is open here.
    expect(reference!.error!.k1).toBeCloseTo(share, 8);
    expect(reference!.error!.diffusivity).toBeCloseTo(share, 6);
    expect(reference!.error!.freeEnergyGaugeFree).toBeLessThan(1e-6);
  });

  it("tell how the bands meet it: densities in and out, and a deviation with both errors", () => {
    const { law } = result;
    const { mobility, curvature } = runMetrics(result).reference!.agreement!;
    const { lower, upper, wholeCurve, mean, reference } = law.mobility;
    const at = indices();
    const inside = at.filter((i) => reference![i] >= lower[i] && reference![i] <= upper[i]);
    expect(mobility.inside).toBe(inside.length / at.length);
    expect(mobility.outside).toBe(
      at.filter((i) => reference![i] < wholeCurve.lower[i] || reference![i] > wholeCurve.upper[i])
        .length,
    );
    const share = equilibriumFor(experiment.particles as never).error!.mobility(0.5);
    const squares = at.map((i) =>
      (mean[i] - reference![i]) ** 2 /
      (((upper[i] - lower[i]) / 3.92) ** 2 + (share * reference![i]) ** 2)
    );
    expect(mobility.deviation)
      .toBeCloseTo(Math.sqrt(squares.reduce((a, b) => a + b, 0) / at.length), 6);
    expect(mobility.errorOverBand)
      .toBeCloseTo(
        Math.max(...at.map((i) => 2 * share * reference![i] / (upper[i] - lower[i]))),
        6,
      );
    expect(curvature.errorOverBand).toBeLessThan(mobility.errorOverBand);
  });

  it("without exact answers and a direct simulation are null, and say so", () => {
    const { law, run, prediction, predictionSeconds, seconds } = result;
    const bare = { run, prediction, predictionSeconds, seconds, law: { ...law, errors: null } };
    expect(runMetrics(bare)).toMatchObject({
      ...{ k1: null, k1AgainstLimit: null, freeEnergyAffineGauge: null, freeEnergyGaugeFree: null },
      ...{ diffusivity: null, bandCoverage: null, bandCoverageWithKmcError: null },
    });
    const data = reportData(experiment, originOf(experiment, "x", "cpu"), bare);
    expect([data.prediction.kmc, data.wallClock, data.baseline])
      .toEqual([undefined, undefined, undefined]);
  });

  it("tell each warning once, an estimate's by its profile", () => {
    const [first, second] = result.run.estimates;
    const warned = {
      ...result,
      run: {
        ...result.run,
        estimates: [{ ...first, warnings: ["odd", "odd"] }, { ...second, warnings: ["odd"] }],
      },
      prediction: { ...result.prediction, warnings: ["far"] },
    };
    expect(runWarnings(warned)).toEqual(["wide: odd", "low: odd", "far"]);
  });
});

describe("the report's data", () => {
  it("are the result's, time by time and node by node", () => {
    const data = reportData(experiment, originOf(experiment, "a command", "tfjs, wasm"), result);
    const { prediction, truth } = result;
    expect(data).toMatchObject({ title: "spiediff run: tiny", command: "a command", seed: 5 });
    prediction.times.forEach((_, k) => {
      near(data.prediction.mean[k], prediction.density[k].mean);
      near(data.prediction.lower[k], prediction.density[k].lower);
      near(data.prediction.upper[k], prediction.density[k].upper);
      near(data.prediction.wholeCurve!.lower[k], prediction.density[k].wholeCurve.lower);
      near(data.prediction.wholeCurve!.upper[k], prediction.density[k].wholeCurve.upper);
      const { mean, standardError } = truth.statistics;
      near(data.prediction.kmc!.mean[k], mean.subarray(k * M, (k + 1) * M));
      near(data.prediction.kmc!.standardError[k], standardError.subarray(k * M, (k + 1) * M));
    });
    near(data.prediction.times, experiment.prediction.times);
    expect(data.prediction).toMatchObject({ level: 0.95, members: 40 });
    expect(data.prediction.kmc!.realizations).toBe(6);
    // Free energy and the picture over time have more times, those of the prediction among them.
    const course = result.course!;
    near(data.freeEnergy.mean, course.freeEnergy.mean);
    near(data.freeEnergy.lower, course.freeEnergy.lower);
    near(data.freeEnergy.upper, course.freeEnergy.upper);
    expect(data.freeEnergy.mean.length).toBeGreaterThan(40);
    prediction.times.forEach((t, k) => {
      const at = course.times.indexOf(t);
      near(data.course!.mean[at], course.density[at].mean);
      // The same members, up to the steps that the integrator takes.
      near(data.course!.mean[at], prediction.density[k].mean, 1e-5);
    });
    expect(data.trainedProfiles.map(({ name }) => name)).toEqual(["wide", "low"]);
    near(data.massDeviation.values, prediction.massDrift);
    expect(data.sampledWindow).toBeCloseTo(1e-4, 15);
    expect(data.system)
      .toMatchObject({ sites: 200, elements: M, halfWidth: 4, betaJ0: 1, beta: 1, dimension: 1 });
    expect(data.wallClock).toMatchObject({
      predictionSeconds: result.predictionSeconds,
      kmcSeconds: truth.seconds,
    });
    expect(data.stages.map(({ stage, seconds }) => [stage, seconds]))
      .toEqual(Object.entries(result.seconds));
    expect(data.baseline!.label).toMatch(/ensemble of 4$/);
    const { points } = data.k1;
    // Points are of the local law, as the curves are: at most by the gradient energy off what was measured.
    const local = result.run.estimates.map((one) => localPart(one, result.law.gradientEnergy!));
    const expected = operatorPoints(local);
    expect(points).toMatchObject(expected);
    const [estimate] = local, [measured] = result.run.estimates;
    near(estimate.K1, measured.K1, 0.02 * Math.abs(measured.K1[0]));
    expect(expected.x[9])
      .toBeCloseTo((estimate.elementDensity[9] + estimate.elementDensity[0]) / 2, 14);
    expect([expected.value[3], expected.standardError[3], expected.x.length])
      .toEqual([estimate.K1[3], estimate.K1StandardError[3], 2 * M]);
    expect(data.k1.references.map(({ label }) => label))
      .toEqual(["equilibrium (exact)", "L → ∞ formula"]);
    expect(data.drivingForce.references).toHaveLength(1);
  });
});

describe("the command's own words", () => {
  it("say how the run began, what holds, and how long it took, with every warning", async () => {
    const { code, stdout, stderr } = await demo("--experiment", join(root, "tiny.json"));
    expect(code).toBe(0);
    const { metrics, warnings } = json("metrics.json");
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^ {2}Start: local equilibrium, by 10 heat-bath sweeps/);
    expect(lines[1]).toMatch(/^ {2}Engine: (native|wasm|typescript)/);
    expect(lines.at(-1)).toBe(`Report: ${join(folder, "report.html")}`);
    expect(lines.at(-3)).toBe(
      `  Inside the 95 % band: ${
        formatPercent(metrics.bandCoverageWithKmcError)
      } of the simulated ` +
        `densities, their own error added (${formatPercent(metrics.bandCoverage)} without).`,
    );
    const [, prediction, predictionUnit, simulation, simulationUnit, ratio] =
      /Prediction ([\d.]+) (m?s), direct simulation ([\d.]+) (m?s): ([\d.e-]+) times as long/.exec(
        lines.at(-2)!,
      )!;
    const seconds = (value: string, unit: string) => Number(value) / (unit === "ms" ? 1e3 : 1);
    const own = seconds(simulation, simulationUnit) / seconds(prediction, predictionUnit);
    // Both have two or three digits there.
    expect(Number(ratio) / own).toBeCloseTo(1, 0);
    const claims = metricClaims(runMetrics(result));
    expect(lines.slice(2, -3)).toHaveLength(claims.length);
    claims.forEach((claim, k) => {
      expect(lines[k + 2].startsWith(claimHolds(claim) ? "  holds   " : "  MISSED  ")).toBe(true);
      expect(lines[k + 2]).toContain(claim.name);
      expect(lines[k + 2].includes("(bound ")).toBe(claim.max !== undefined);
    });
    expect(claims.some((claim) => claimHolds(claim)) && claims.some((claim) => !claimHolds(claim)))
      .toBe(true);
    const said = stderr.split("\n").filter((line) => line.startsWith("warning: "));
    expect(said).toEqual(warnings.map((text: string) => `warning: ${text}`));
  });
});

describe("what is kept", () => {
  it("is the baseline of this very training only", () => {
    expect(result.baseline!.members).toBe(4);
    expect(result.baseline!.errors.k1).toBeLessThan(1);
    expect(keptBaseline(folder, result.run)).toMatchObject(result.baseline!);
    const training = { ...result.run.training, fingerprint: "0".repeat(64) };
    expect(keptBaseline(folder, { ...result.run, training })).toBeUndefined();
  });

  it("are realizations of this very simulation: what is missing is done again, to the same bits", async () => {
    expect(await hasGroundTruth(experiment, folder)).toBe(true);
    const progress: [number, number][] = [];
    const again = () =>
      groundTruthStage(experiment, folder, 1).run((done, total) =>
        void progress.push([done, total])
      );
    const kept = json("kmc-realizations.json");
    const { 2: _, 5: _last, ...left } = kept.realizations;
    writeFileSync(
      join(folder, "kmc-realizations.json"),
      JSON.stringify({ ...kept, realizations: left }),
    );
    expect(await hasGroundTruth(experiment, folder)).toBe(false);
    const { statistics, seconds } = await again();
    expect(statistics.mean).toEqual(result.truth.statistics.mean);
    expect(statistics.standardError).toEqual(result.truth.statistics.standardError);
    expect(progress.at(-1)).toEqual([6, 6]);
    expect(seconds).toBeGreaterThan(kept.seconds);
    expect(json("kmc-realizations.json").realizations).toEqual(kept.realizations);
    const fewer = { ...experiment, groundTruth: { ...experiment.groundTruth, realizations: 4 } };
    const more = { ...experiment, groundTruth: { ...experiment.groundTruth, realizations: 7 } };
    expect([await hasGroundTruth(fewer, folder), await hasGroundTruth(more, folder)])
      .toEqual([true, false]);
    expect((await groundTruthStage(fewer, folder, 1).run(() => {})).statistics.realizations).toBe(
      4,
    );
    const { particles, prediction } = experiment;
    for (
      const other of [
        { ...experiment, seed: 6 },
        { ...experiment, elements: 20 },
        { ...experiment, particles: { ...particles, beta: 2 } as typeof particles },
        { ...experiment, prediction: { ...prediction, times: [0, 0.001] } },
        { ...experiment, prediction: { ...prediction, profile: experiment.profiles[0] } },
      ]
    ) expect(await hasGroundTruth(other, folder)).toBe(false);
  });

  it("of a report is told by experiment and training", async () => {
    const of = (seed: number, training: string) =>
      reportFingerprint({ ...experiment, seed }, training);
    const all = await Promise.all([of(5, "a"), of(6, "a"), of(5, "b")]);
    expect(new Set(all).size).toBe(3);
    expect(json("metrics.json").madeFrom)
      .toBe(await reportFingerprint(experiment, result.run.training!.fingerprint));
  });

  it("is enough for a report: the same prediction, with the direct simulation or without", async () => {
    const whole = await reportRun({ folder, ...options });
    expect(whole.prediction.density).toEqual(result.prediction.density);
    expect(whole.coverage).toEqual(result.coverage);
    expect(whole.baseline).toMatchObject(result.baseline!);
    // Seconds of stages that are not repeated stay known.
    expect(Object.keys(whole.seconds).toSorted()).toEqual(Object.keys(result.seconds).toSorted());
    expect(json("metrics.json").command).toBe("this very command");
    rmSync(join(folder, "kmc-realizations.json"));
    const without = await reportRun({ folder, ...options });
    expect([without.truth, without.coverage]).toEqual([undefined, undefined]);
    expect(json("metrics.json").metrics.bandCoverage).toBeNull();
  });

  it("is a law that can be looked at, from the model; a folder without one has no report", async () => {
    const live = (await liveLaw(folder, experiment, result.run.estimates))!;
    expect(live.source).toBe("model");
    near(live.k1.density, densityGrid([0.1, 0.9]));
    expect(live.k1.covered).toEqual(densityRange(result.run.estimates));
    expect(live.training.length).toBeGreaterThan(0);
    rmSync(join(folder, "model"), { recursive: true });
    await expect(reportRun({ folder, ...options })).rejects.toThrow(/has no trained model/);
    expect(await readdir(folder)).toContain("metrics.json");
  });
});
