/** What a report computes, by numbers that can be worked out by hand. */
import type { ExactReference } from "@spiediff/exact-reference";
import { parseExperiment } from "@spiediff/experiment";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { readCsv } from "@spiediff/report";
import { describe, expect, it } from "vitest";
import { bandCoverage } from "./band_coverage.ts";
import type { ComparedCurve } from "./compared_curve.ts";
import { densityGrid, isCovered } from "./density_grid.ts";
import { exactCurves, referenceLabel } from "./exact_curves.ts";
import {
  type Currents,
  curvaturePoints,
  diffusivityPoints,
  drivingForcePoints,
} from "./flux_points.ts";
import { fitLine, gaugeOnto, integral, moveOnto, withoutLine } from "./gauge.ts";
import { lawErrors } from "./law_errors.ts";
import { mobilityPoints, operatorPoints } from "./measured_points.ts";
import { courseTimes } from "./predicted_run.ts";
import { referenceRecord } from "./reference_record.ts";
import { learnedFunction, learnedFunctions } from "./report_curves.ts";
import { reportData, runMetrics } from "./report_data.ts";
import { kmcCsv } from "./tables.ts";
import { experiment, result } from "./testing.ts";

const near = (actual: ArrayLike<number>, expected: ArrayLike<number>, digits = 12) => {
  expect(actual.length).toBe(expected.length);
  Array.from(actual).forEach((v, i) => expect(v).toBeCloseTo(expected[i], digits));
};

describe("lines and integrals", () => {
  it("are least squares over the points that are used", () => {
    // Through (0, 1), (1, 2), (2, 6): slope 5/2, mean 3 at 1.
    expect(fitLine([0, 1, 2], [1, 2, 6])).toEqual({ a: 0.5, b: 2.5 });
    near(withoutLine([0, 1, 2], [1, 2, 6]), [0.5, -1, 0.5]);
    const { values, line } = moveOnto([0, 1, 2, 3], [0, 0, 0, 0], [1, 2, 6, 99], (i) => i < 3);
    expect(line).toEqual({ a: 0.5, b: 2.5 });
    near(values, [0.5, 3, 5.5, 8]);
  });

  it("move f by a line and f' by its slope, each member by its own", () => {
    const rows = (...list: number[][]) => list.map((row) => Float64Array.from(row));
    const moved = gaugeOnto(
      [0, 1, 2],
      { freeEnergy: rows([0, 0, 0], [1, 2, 3]), drivingForce: rows([7, 7, 7], [5, 6, 7]) },
      [3, 5, 7],
    );
    near(moved.freeEnergy[0], [3, 5, 7]);
    near(moved.freeEnergy[1], [3, 5, 7]);
    near(moved.drivingForce[0], [9, 9, 9]);
    near(moved.drivingForce[1], [6, 7, 8]);
  });

  it("follow the trapezoidal rule from the first point", () => {
    expect([...integral([0, 1, 3], [2, 4, 8])]).toEqual([0, 3, 15]);
  });
});

describe("grids", () => {
  it("of densities hold the ends of what is covered", () => {
    const inside = isCovered([0.2, 0.4]);
    expect([0.2, 0.4, 0.1999, 0.4001].map(inside)).toEqual([true, true, false, false]);
    const grid = densityGrid([0.1, 0.9]);
    expect([grid[0], grid[180], grid.length]).toEqual([0.02, expect.closeTo(0.98, 14), 181]);
    expect(grid[1] - grid[0]).toBeCloseTo(0.96 / 180, 14);
    const narrow = densityGrid([0.3, 0.31]);
    expect([narrow[0], narrow[180], narrow.length]).toEqual([0.3, 0.31, 181]);
  });

  it("of times are 48 even steps and the prediction's own, none twice", () => {
    const own = courseTimes([0, 0.25, 1]);
    near(own, Array.from({ length: 49 }, (_, k) => k / 48));
    // An even time within a tenth of a step of an own one gives way to it.
    const close = courseTimes([0, 0.25 + 0.099 / 48, 0.75 + 0.101 / 48, 1]);
    expect(close).toHaveLength(50);
    expect(close).toContain(0.25 + 0.099 / 48);
    expect(close.includes(0.25)).toBe(false);
    expect(close.includes(0.75)).toBe(true);
    expect(close).toEqual(close.toSorted((a, b) => a - b));
    expect(courseTimes([0, 3]).at(-1)).toBe(3);
  });
});

describe("band coverage", () => {
  const band = { mean: [0.5], lower: [0.4], upper: [0.6] };
  const of = (mean: number, degreesOfFreedom: number, error = 0.1) =>
    bandCoverage(
      { times: [0, 1], density: [band, band] } as never,
      {
        ...{ times: [0, 1], elements: 1, realizations: 2, degreesOfFreedom },
        ...{ mean: Float64Array.of(9, mean), standardError: Float64Array.of(1, error) },
      },
    );
  it("counts the ends as inside", () => {
    expect([0.4, 0.6, 0.3999, 0.6001].map((mean) => of(mean, 1e9).plain)).toEqual([1, 1, 0, 0]);
    // 1.96 errors of 0.1 beyond either end.
    expect([0.205, 0.203, 0.795, 0.797].map((mean) => of(mean, 1e9).withKmcError))
      .toEqual([1, 0, 1, 0]);
  });
  it("takes the variance of Student's t out of deviations, where there is one", () => {
    expect(of(0.7, 1e9).rmsDeviation).toBeCloseTo(2, 6);
    expect(of(0.7, 3).rmsDeviation).toBeCloseTo(2 * Math.sqrt(1 / 3), 12);
    expect(of(0.7, 2).rmsDeviation).toBeCloseTo(2, 12);
  });
});

/** `m = rho`, `f'' = 2`, known with errors of 1 % and 0.5. */
const reference: ExactReference = {
  ...{ kind: "exact", name: "transfer-matrix", source: "made up" },
  mobility: (rho: number) => rho,
  freeEnergy: (rho: number) => rho * rho,
  drivingForce: (rho: number) => 2 * rho,
  error: { mobility: () => 0.01, curvature: () => 0.5 },
} as unknown as ExactReference;
const limit = { ...reference, mobility: (rho: number) => 1.1 * rho } as ExactReference;
const density = [0.1, 0.2, 0.3, 0.4];

describe("the exact answers on a grid", () => {
  it("are mobility, f'' and what follows from them", () => {
    const exact = exactCurves({ reference, limit }, density, 5);
    near(exact.mobility, density);
    near(exact.curvature, [2, 2, 2, 2], 6);
    near(exact.diffusivity, density.map((rho) => 2 * rho), 6);
    near(exact.K1, density.map((rho) => -5 * rho));
    near(exact.K1Limit!, density.map((rho) => -5.5 * rho));
    near(exact.drivingForce, density.map((rho) => 2 * rho));
    near(exact.freeEnergy, density.map((rho) => rho * rho));
  });
  it("are called by their state and kind", () => {
    expect(referenceLabel(reference)).toBe("equilibrium (exact)");
    expect(referenceLabel({ name: "independent-sites", kind: "limit" as never }))
      .toBe("independent sites (limit)");
  });
});

describe("errors over chosen points", () => {
  const exact = exactCurves({ reference, limit }, density, 5);
  const curve = (mean: number[]) => ({ mean });
  it("are relative norms there, of D by central differences inside of the grid", () => {
    const learned = {
      K1: curve(exact.K1.map((v, i) => i === 3 ? 99 : 1.1 * v)),
      drivingForce: curve(exact.drivingForce.map((v, i) => i === 3 ? 99 : 1.2 * v + 4)),
      freeEnergy: curve(exact.freeEnergy.map((v, i) => i === 3 ? 99 : v + 1)),
    };
    const errors = lawErrors([0, 1, 2], density, learned, exact);
    expect(errors.k1).toBeCloseTo(0.1, 12);
    expect(errors.k1AgainstLimit).toBeCloseTo(0, 12);
    expect(errors.freeEnergyGaugeFree).toBeCloseTo(0, 10);
    expect(errors.freeEnergyAffineGauge)
      .toBeCloseTo(Math.sqrt(3) / Math.hypot(0.1 ** 2, 0.2 ** 2, 0.3 ** 2), 10);
    // Node 2's difference reads node 3; of nodes 0 and 1 only the latter has two neighbours.
    expect(lawErrors([0, 1], density, learned, exact).diffusivity).toBeCloseTo(1.1 * 1.2 - 1, 10);
    expect(errors.diffusivity).toBeGreaterThan(10);
  });
});

describe("what a reference is worth", () => {
  const indices = [1, 2, 3], rho = [0.2, 0.3, 0.4];
  const band = (truth: number[], mean: number[], half: number, whole: number): ComparedCurve => ({
    ...{ level: 0.95, reference: truth, mean },
    ...{ lower: mean.map((m) => m - half), upper: mean.map((m) => m + half) },
    wholeCurve: { lower: mean.map((m) => m - whole), upper: mean.map((m) => m + whole) },
  });
  const exact = exactCurves({ reference, limit }, density, 5);
  const off = (values: number[], ...by: number[]) => values.map((v, i) => v + by[i]);
  const law = {
    K1: band(exact.K1, exact.K1, 1, 1),
    // Of the three points one is on the band's end, one between both bands, one outside of either.
    mobility: band(exact.mobility, off(exact.mobility, 99, 0.25, -0.375, 0.75), 0.25, 0.5),
    curvature: band(exact.curvature, exact.curvature, 4, 5),
    diffusivity: band(exact.diffusivity, exact.diffusivity, 2, 3),
    freeEnergy: band(exact.freeEnergy, exact.freeEnergy, 1, 1),
    K1Limit: exact.K1Limit,
  };
  const record = referenceRecord({ reference, limit }, density, indices, law as never);

  it("are shares of norms over the densities of training", () => {
    expect(record).toMatchObject({
      ...{
        kind: "exact",
        label: "equilibrium (exact)",
        name: "transfer-matrix",
        source: "made up",
      },
      limit: expect.closeTo(0.1, 12),
    });
    expect(record.error!.k1).toBeCloseTo(0.01, 12);
    // Errors of D: of m times f'', and m times those of f''.
    expect(record.error!.diffusivity).toBeCloseTo((0.01 * 2 + 0.5) / 2, 6);
    // Half of f'' error 0.5 is 0.25 h^2 in f, of which a parabola through three points keeps (1, -2, 1)/6 of h^2/2.
    const bent = 0.5 * 0.1 ** 2 * Math.hypot(1, -2, 1) / 6;
    expect(record.error!.freeEnergyAffineGauge)
      .toBeCloseTo(bent / Math.hypot(...rho.map((r) => r * r)), 10);
    expect(record.error!.freeEnergyGaugeFree).toBeCloseTo(0.5 / 2, 8);
  });

  it("meet it inside of bands, ends included, and deviate in both errors", () => {
    const { mobility, curvature, diffusivity } = record.agreement!;
    expect([mobility.inside, mobility.outside]).toEqual([1 / 3, 1]);
    const errors = rho.map((r) => 0.01 * r);
    const square = [0.25, 0.375, 0.75]
      .map((by, k) => by ** 2 / ((0.25 / 1.96) ** 2 + errors[k] ** 2));
    expect(mobility.deviation)
      .toBeCloseTo(Math.sqrt(square.reduce((a, b) => a + b, 0) / 3), 10);
    expect(mobility.errorOverBand).toBeCloseTo(0.004 / 0.25, 12);
    expect(curvature.errorOverBand).toBeCloseTo(0.5 / 4, 12);
    expect(diffusivity.errorOverBand).toBeCloseTo(0.4 * 0.52 / 2, 6);
    expect([curvature.inside, curvature.outside, curvature.deviation]).toEqual([1, 0, 0]);
  });

  it("is nothing where none is known, and no verdict where its error is not", () => {
    expect(referenceRecord(null, density, indices, law as never)).toMatchObject({
      ...{ kind: "none", label: null, error: null, limit: null, agreement: null },
    });
    const vague = { ...reference, error: null } as unknown as ExactReference;
    expect(referenceRecord({ reference: vague, limit }, density, indices, law as never))
      .toMatchObject({
        kind: "exact",
        error: null,
        agreement: null,
        limit: expect.closeTo(0.1, 12),
      });
  });
});

describe("measured points", () => {
  const estimate = {
    ...{ elementDensity: [0.2, 0.4, 0.9], K1: [-3, -6, -9], K1StandardError: [0.3, 0.6, 0.9] },
    ...{ flux: [3, -6, 9], fluxStandardError: [0.3, 0.3, 0.6], realizations: 2 },
  } as unknown as Currents;

  it("are entries at the mean of an element's nodes, mobilities at -Delta times them", () => {
    const [k1, m] = [operatorPoints([estimate, estimate]), mobilityPoints([estimate])];
    near(k1.x, [0.3, 0.65, 0.55, 0.3, 0.65, 0.55]);
    expect(k1.value).toEqual([-3, -6, -9, -3, -6, -9]);
    near(m.x, [0.3, 0.65, 0.55]);
    near(m.value, [1, 2, 3]);
    near(m.standardError, [0.1, 0.2, 0.3]);
    expect([k1.label, m.label]).toEqual(new Array(2).fill("estimates from particles"));
  });

  it("of D and f'' are where the density changes by half of the most, or more", () => {
    // Point densities: the nodes' plus a twelfth of their second differences.
    const rho = [0.2, 0.4, 0.9].map((v, i, all) =>
      v + (all[(i + 1) % 3] - 2 * v + all[(i + 2) % 3]) / 12
    );
    const steps = rho.map((v, i) => rho[(i + 1) % 3] - v);
    const chosen = [0, 1, 2].filter((e) =>
      Math.abs(steps[e]) >= 0.5 * Math.max(...steps.map(Math.abs))
    );
    expect(chosen).toEqual([1, 2]);
    const pressure = [-1, 2, -3], error = [0.1, 0.1, 0.2];
    const D = diffusivityPoints([estimate]);
    near(D.x, chosen.map((e) => (rho[e] + rho[(e + 1) % 3]) / 2));
    near(D.value, chosen.map((e) => pressure[e] / steps[e]));
    near(D.standardError, chosen.map((e) => error[e] / Math.abs(steps[e])));
    const bend = curvaturePoints([estimate]);
    const m = [1, 2, 3], mError = [0.1, 0.2, 0.3];
    near(bend.value, chosen.map((e) => pressure[e] / (steps[e] * m[e])));
    near(
      bend.standardError,
      chosen.map((e) =>
        Math.hypot(error[e], pressure[e] * mError[e] / m[e]) / Math.abs(steps[e] * m[e])
      ),
    );
    const dead = { ...estimate, K1: [-3, 0, -9] };
    expect(curvaturePoints([dead]).x).toHaveLength(1);
    expect(diffusivityPoints([dead]).x).toHaveLength(2);
    // A ring with such an element has no f' along it; the other profile has.
    const points = drivingForcePoints([dead, estimate], (r) => 10 * r);
    near(points.x, rho);
    const sums = [0, -1, -1 + 1];
    const shift = (10 * (rho[0] + rho[1] + rho[2]) - (sums[0] + sums[1] + sums[2])) / 3;
    near(points.value, sums.map((s) => s + shift));
    const variance = [0, 1].map((e) =>
      (Math.hypot(error[e], pressure[e] * mError[e] / m[e]) / m[e]) ** 2
    );
    near(points.standardError, [
      Math.sqrt(variance[0] * (2 / 3) ** 2 + variance[1] * (1 / 3) ** 2),
      Math.sqrt(variance[0] * (1 / 3) ** 2 + variance[1] * (1 / 3) ** 2),
      Math.sqrt(variance[0] * (1 / 3) ** 2 + variance[1] * (2 / 3) ** 2),
    ]);
    const flat = { ...estimate, elementDensity: [0.5, 0.5, 0.5] };
    expect(diffusivityPoints([flat]).x).toEqual([]);
  });
});

describe("curves of a report", () => {
  it("have their references by name, the formula dashed", () => {
    const curve = { ...result.law.K1, reference: [1] };
    const of = (label: string | null, limit: number[] | null) =>
      learnedFunction({ ...result.law, reference: { label } }, curve, limit).references;
    expect(of("exact", [2])).toEqual([
      { label: "exact", values: [1], style: "solid" },
      { label: "L → ∞ formula", values: [2], style: "dashed" },
    ]);
    expect(of(null, null)).toEqual([{ label: "reference", values: [1], style: "solid" }]);
    const unknown = learnedFunction(result.law, { ...curve, reference: null });
    expect(unknown.references).toEqual([]);
    expect(unknown.covered).toEqual([...result.law.covered]);
  });

  it("place measured f' by the learned one, that of the nearest density outside of the grid", () => {
    const grid = [0.3, 0.4, 0.5];
    const law = {
      ...result.law,
      density: grid,
      drivingForce: { ...result.law.drivingForce, mean: [10, 20, 40] },
    };
    // Equal densities: each point stands at the learned value itself.
    const at = (rho: number) => {
      const flat = {
        ...result.run.estimates[0],
        ...{ elementDensity: [rho, rho, rho], flux: [0, 0, 0] },
      } as unknown as OperatorEstimate;
      return learnedFunctions(law, [flat]).drivingForce.points!.value[0];
    };
    near([0.3, 0.35, 0.4, 0.475, 0.5, 0.1, 0.9].map(at), [10, 15, 20, 35, 40, 10, 40], 9);
  });
});

describe("a report's data", () => {
  const origin = {
    createdAt: "2000-01-01T00:00:00Z",
    command: "this",
    versions: { spiediff: "1" },
  };

  it("say what kind of particles there were", () => {
    expect(reportData(experiment, origin, result).system).toEqual({
      ...{ dimension: 1, sites: 200, elements: 10, beta: 1, halfWidth: 4, betaJ0: 1 },
      particles: "Arrhenius exclusion process",
    });
    const { groundTruth: _, particles: { sites, beta, drive }, ...rest } = experiment as
      & typeof experiment
      & {
        groundTruth?: unknown;
      };
    const foreign = parseExperiment({
      ...rest,
      particles: { system: "foreign", sites, beta, drive },
    });
    expect(reportData(foreign, origin, result).system).toEqual({
      ...{
        dimension: 1,
        sites: 200,
        elements: 10,
        beta: 1,
        particles: "Particles of another code",
      },
    });
  });

  it("are the run's, name by name", () => {
    const fluctuation = [new Float64Array(10), new Float64Array(10).fill(0.1)];
    const course = {
      ...{ times: [0, 0.005, 0.01], x: result.prediction.x },
      density: [...result.prediction.density, result.prediction.density[1]],
      freeEnergy: {
        ...{ level: 0.95, mean: Float64Array.of(3, 2, 1) },
        ...{ lower: Float64Array.of(2, 1, 0), upper: Float64Array.of(4, 3, 2) },
      },
    };
    const run = {
      ...result,
      course,
      prediction: { ...result.prediction, fluctuation },
      truth: {
        statistics: {
          ...{ times: [0, 0.01], elements: 10, realizations: 6, degreesOfFreedom: 5 },
          ...{ mean: new Float64Array(20), standardError: new Float64Array(20) },
        },
        seconds: 8,
      },
    };
    const data = reportData(experiment, origin, run);
    expect(data.prediction.fluctuation).toEqual(fluctuation.map((row) => [...row]));
    expect(data.prediction.times).toEqual([0, 0.01]);
    expect(data.course).toEqual({
      ...{ times: [0, 0.005, 0.01], x: [...result.prediction.x] },
      mean: course.density.map(({ mean }) => [...mean]),
    });
    expect(data.freeEnergy).toEqual({
      ...{ times: [0, 0.005, 0.01], level: 0.95 },
      ...{ mean: [3, 2, 1], lower: [2, 1, 0], upper: [4, 3, 2] },
    });
    expect(reportData(experiment, origin, result).freeEnergy).toMatchObject({
      ...{ times: [0, 0.01], mean: [-0.6, -0.7], lower: [-0.61, -0.71], upper: [-0.59, -0.69] },
    });
    expect(data.massDeviation).toEqual({ times: [0, 0.01], values: [0, 1e-16] });
    expect(data.trainedProfiles[1]).toEqual({
      ...{ name: "low", x: [0, 1 / 3, 2 / 3], density: [0.2, 0.4, 0.6] },
    });
    expect(data.wallClock!.note).toBe(
      "prediction: 40 members, from loading the model to the last band; direct simulation: 6 " +
        "realizations to the same times, all threads",
    );
    expect(data.prediction.kmc!.realizations).toBe(6);
    expect(runMetrics(run).level).toBe(0.95);
  });
});

it("the direct simulation's table has a row for each time and node, times first", () => {
  const { columns, level } = readCsv(kmcCsv({
    ...{ times: [0, 0.5], elements: 2, realizations: 4, degreesOfFreedom: 3 },
    ...{ mean: Float64Array.of(1, 2, 3, 4), standardError: Float64Array.of(5, 6, 7, 8) },
  }));
  expect(level).toBeUndefined();
  expect(columns).toEqual({
    ...{ t: [0, 0, 0.5, 0.5], x: [0, 0.5, 0, 0.5] },
    ...{ mean: [1, 2, 3, 4], standard_error: [5, 6, 7, 8] },
  });
});
