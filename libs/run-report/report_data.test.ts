import { readCsv, runReport } from "@spiediff/report";
import { describe, expect, it } from "vitest";
import { bandCoverage } from "./band_coverage.ts";
import { trainingCurves } from "./report_curves.ts";
import { reportData, runMetrics, runWarnings } from "./report_data.ts";
import type { PredictedRun } from "./predicted_run.ts";
import type { RunResult } from "./run_result.ts";
import { kmcCsv, lawTables } from "./tables.ts";
import { ELEMENTS, experiment, result } from "./testing.ts";

const origin = { createdAt: "2000-01-01T00:00:00Z", command: "this", versions: { spiediff: "1" } };
const statistics = {
  times: [0, 0.01],
  elements: ELEMENTS,
  realizations: 6,
  degreesOfFreedom: 5,
  mean: Float64Array.from({ length: 2 * ELEMENTS }, (_, k) => k / 100),
  standardError: new Float64Array(2 * ELEMENTS).fill(0.002),
};
const compared: RunResult<PredictedRun> = {
  ...result,
  truth: { statistics, seconds: 8 },
  coverage: bandCoverage(result.prediction, statistics),
  baseline: { errors: { ...result.law.errors!, k1: 0.5 }, members: 4 },
};

describe("figures of merit", () => {
  it("are those of law and prediction; a rise of F is relative to its largest value", () => {
    const metrics = runMetrics(result);
    expect(metrics.k1).toBeCloseTo(0.01, 12);
    expect(metrics.relativeFreeEnergyRise).toBeCloseTo(1e-14, 25);
    expect(metrics.positiveSemiDefinite).toEqual({ evaluations: 800, violations: 0 });
    expect([metrics.bandCoverage, metrics.bandCoverageWithKmcError]).toEqual([null, null]);
    // Means 0.10 to 0.19 are all outside of 0.49 to 0.51.
    expect(runMetrics(compared).bandCoverage).toBe(0);
  });
  it("claim nothing of F in a field, which the system names", () => {
    const { prediction } = result, { particles } = experiment;
    const invariants = { ...prediction.invariants, maxFreeEnergyRise: null };
    const driven = { ...experiment, particles: { ...particles, externalField: 3 } };
    const data = reportData(driven as typeof experiment, origin, {
      ...result,
      prediction: { ...prediction, invariants },
    });
    expect(data.metrics.relativeFreeEnergyRise).toBeNull();
    expect(data.system.externalField).toBe(3);
    expect(runReport(data)).toContain("in a field E = 3");
    expect(reportData(experiment, origin, result).system.externalField).toBeUndefined();
  });
  it("without exact answers are null", () => {
    const bare = { ...result, law: { ...result.law, errors: null } };
    expect(runMetrics(bare)).toMatchObject({
      k1: null,
      diffusivity: null,
      relativeMassDrift: 1e-16,
    });
  });
  it("tell each warning once, an estimate's by its profile", () => {
    expect(runWarnings(result)).toEqual(["wide: odd", "low: odd", "far"]);
  });
});

describe("the report's data", () => {
  it("have what the run has, and nothing where it has nothing", () => {
    const bare = reportData(experiment, origin, result);
    expect([bare.prediction.kmc, bare.wallClock, bare.baseline]).toEqual(
      new Array(3).fill(undefined),
    );
    const data = reportData(experiment, origin, compared);
    expect(data.prediction.kmc!.mean[1]).toEqual([...statistics.mean.subarray(ELEMENTS)]);
    expect(data.prediction.wholeCurve!.upper[1]).toEqual(new Array(ELEMENTS).fill(0.52));
    expect(data.wallClock).toMatchObject({ predictionSeconds: 2, kmcSeconds: 8 });
    expect(data.baseline).toMatchObject({
      k1: 0.5,
      label: expect.stringMatching(/ensemble of 4$/),
    });
    expect(data).toMatchObject({ ...origin, title: "spiediff run: made up", seed: 5 });
    expect(data.stages).toEqual([{ stage: "Simulate", seconds: 3 }, {
      stage: "Train",
      seconds: 4,
    }]);
    expect(data.sampledWindow).toBeCloseTo(1.1e-4, 15);
    expect(data.system).toMatchObject({ sites: 200, halfWidth: 4, betaJ0: 1 });
  });

  it("have tests of the law as claims; left-out profiles share one bound", () => {
    const fit = (pValue: number) => ({ chiSquare: 12, degreesOfFreedom: 10, pValue });
    const leftOutProfiles = [{ ...fit(4e-4), profileName: "wide" }, {
      ...fit(0.5),
      profileName: "low",
    }];
    const tests = { goodnessOfFit: fit(0.3), leftOutProfiles };
    const training = { ...result.run.training, tests };
    const { claims } = reportData(experiment, origin, {
      ...result,
      run: { ...result.run, training },
    });
    expect(claims!.map(({ value, min }) => [value, min]))
      .toEqual([[0.3, 1e-3], [4e-4, 5e-4], [0.5, 5e-4]]);
    expect(claims![1].name).toContain(
      'profile "wide" as predicted by the others, χ² = 12.0 for 10.0',
    );
    expect(reportData(experiment, origin, result).claims).toEqual([]);
  });

  it("draw curves of training that have points, and held-out losses where there are any", () => {
    const point = (step: number, heldOut?: number) => ({ step, loss: 1 / step, heldOut });
    const [one, two] = trainingCurves({
      long: [point(50), point(100), point(150)],
      short: [point(50), point(100)],
      kept: [point(50, 3), point(100), point(150, 2)],
    });
    expect(one).toEqual({ name: "long", steps: [50, 100, 150], loss: [1 / 50, 1 / 100, 1 / 150] });
    expect(two.heldOut).toEqual({ steps: [50, 150], loss: [3, 2] });
  });
});

it("tables hold every function on one grid, with level, reference and bands", () => {
  const tables = new Map(lawTables(result.law).map(([name, text]) => [name, readCsv(text)]));
  expect([...tables.keys()].toSorted()).toEqual(
    ["diffusivity.csv", "driving-force.csv", "free-energy.csv", "k1.csv", "mobility.csv"],
  );
  const { level, columns } = tables.get("mobility.csv")!;
  expect(level).toBe(0.95);
  expect(columns.rho).toEqual(result.law.density);
  expect(columns.reference).toEqual(result.law.mobility.reference);
  expect(columns.curve_upper).toEqual(result.law.mobility.wholeCurve.upper);
  const unknown = lawTables({ ...result.law, K1: { ...result.law.K1, reference: null } });
  expect(readCsv(unknown[0][1]).columns.reference.every(Number.isNaN)).toBe(true);
  const kmc = readCsv(kmcCsv(statistics)).columns;
  expect([kmc.t[ELEMENTS], kmc.x[13], kmc.mean[13], kmc.standard_error[0]])
    .toEqual([0.01, 0.3, 0.13, 0.002]);
});
