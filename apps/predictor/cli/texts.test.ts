/** What the terminal shows of predictions and models, line by line, from values made by hand. */
import { EXCLUSION, LAW_UNITS } from "@spiediff/law";
import { describe, expect, it } from "vitest";
import { evenGrid, readDensities } from "../law/density_grid.ts";
import { partsOf } from "../band_parts.ts";
import { finestOf, fluctuationOver, meshErrorOver } from "../further_errors.ts";
import { warningsOf } from "../warnings.ts";
import { explainText } from "./explain.ts";
import { summaryText } from "./summary.ts";

const band = (mean: number[], half: number[]) => ({
  ...{ level: 0.9, mean: Float64Array.from(mean) },
  lower: Float64Array.from(mean, (v, i) => v - half[i]),
  upper: Float64Array.from(mean, (v, i) => v + half[i]),
});
const none = {
  data: Float64Array.of(3e-3, 4e-3),
  mesh: null,
  step: null,
  law: null,
  correlations: null,
  inputs: null,
};
const prediction = {
  ...{ times: [0, 0.25], level: 0.9, memberCount: 40, externalField: 0, stationaryFrom: null },
  density: [band([0.25, 0.75], [0, 0]), band([0.4, 0.6], [0.01, 0.03])],
  parts: [none, { ...none, mesh: Float64Array.of(1e-3, 1e-3) }],
  freeEnergy: { mean: [-0.123456789, -0.2] },
  steps: { accepted: 17 },
  seconds: { tables: 0.25, integration: 1.5 },
  table: { used: true, k1Error: 0.00123 },
  invariants: {
    ...{ maxMassDrift: 2.2e-16, maxFreeEnergyRise: 0 },
    ...{ operatorsNotPSD: 0, operatorsChecked: 680 },
  },
};
const summary = (change: object = {}, written: string[] = []) =>
  summaryText({ ...prediction, ...change } as never, written, LAW_UNITS).split("\n");

describe("a prediction's summary", () => {
  it("has a line a time, its widest band, and what was kept", () => {
    expect(summary({}, ["a.csv", "b.json"])).toEqual([
      "time  min density  max density  free energy  widest 90 % band",
      "   0      0.25000      0.75000    -0.123457                 0",
      "0.25      0.40000      0.60000    -0.200000           6.00e-2",
      "",
      "40 members, 17 steps, 1.75 s, tables within 1.2e-3 of direct inference",
      "largest relative change of mass 2.2e-16, largest rise of the free energy 0, " +
      "0 of 680 operators not positive semi-definite",
      "the band at time 0.25 is made of (standard deviations): the data leave open 3.5e-3, " +
      "the mesh 1.0e-3, the time step not measured, the law itself not measured, " +
      "correlations, order 1/N not measured",
      ...["wrote a.csv", "wrote b.json", ""],
    ]);
  });
  it("says what else there is to know", () => {
    const direct = summary({ table: { used: false, k1Error: 0 } });
    expect(direct[4]).toBe("40 members, 17 steps, 1.75 s");
    expect(summary({ stationaryFrom: 1.23456 })).toContain("stationary from time 1.23 on");
    const field = { ...prediction.invariants, maxFreeEnergyRise: null };
    const under = summary({ externalField: -2, invariants: field });
    expect(under[5]).toMatch(/^in a field E = -2, under which nothing is claimed/);
    expect(under[6]).toBe(
      "largest relative change of mass 2.2e-16, 0 of 680 operators not positive semi-definite",
    );
  });
});

describe("a model in words", () => {
  const place = { dimension: 1, sites: 2000, elements: 25, beta: 2, drive: 3 };
  const field = { name: "energy", unit: "u", low: 0, high: null, ideal: "reciprocal" };
  const manifest = {
    ...{
      format: "spiediff-model",
      version: 3,
      seed: 7,
      integrity: "ab12",
      nodalDensityRule: "lumped",
    },
    code: { name: "spiediff", version: "0.1.0", commit: "c0ffee" },
    system: {
      ...{ particles: "arrhenius-exclusion", halfWidth: 40, kernel: "constant", betaJ0: 1 },
      ...place,
    },
    coverage: { density: [0.123456789, 0.8] },
    diffusion: { schedule: { name: "cosine", steps: 50 }, predictionType: "sample" },
    mobility: { scale: 0.12, featureDim: 18, indexDim: 8 },
    drivingForce: { featureDim: 17, indexDim: 9 },
    gauge: { text: "f = 0" },
    ...{ units: { length: "domain" }, madeFrom: { training: "0123" } },
    training: { steps: 1 / 3, note: "n".repeat(300) },
    files: { "a.onnx": { sha256: "feed", bytes: 12 } },
  };
  const lines = (change: object = {}) =>
    explainText("the folder", { ...manifest, ...change } as never).split("\n");

  it("is told line by line", () => {
    expect(lines()).toEqual([
      "the folder: a spiediff-model of version 3, every file verified",
      "  made by      spiediff 0.1.0, commit c0ffee, seed 7",
      "  particles    arrhenius-exclusion in 1 dimension, 2000 sites, half-width 40, constant kernel",
      "               βJ₀ = 1, beta = 2, drive = 3",
      "  mesh         25 elements; densities in training: lumped",
      "  densities    0.123457 to 0.8; outside the model extrapolates",
      "  diffusion    cosine schedule, 50 steps, predicts the sample",
      "  mobility m   0.12 softplus(.), 18 features, index of 8",
      "  K1           -m/Delta = -3 softplus(.) on this mesh",
      "  f'           17 features, index of 9",
      "  calibration  none: epistemic indices are standard normal",
      "  gauge        f = 0",
      "  unit         length: domain",
      "  made from    training: 0123",
      "  training     steps: 0.333333",
      `  training     note: "${"n".repeat(196)}...`,
      "  file         feed  a.onnx (12 bytes)",
      "  integrity    ab12",
      "",
    ]);
  });
  it("tells of other particles what is known of them", () => {
    const of = (system: object) => lines({ system: { ...place, ...system } }).slice(2, 4);
    expect(of({ particles: "foreign", dimension: 2 })).toEqual([
      "  particles    another code's, in 2 dimensions, 2000 sites",
      "               beta = 2",
    ]);
    const process = { particles: "process", title: "Energy exchange" };
    expect(of({ ...process, field })).toEqual([
      "  particles    Energy exchange, in 1 dimension, 2000 sites, beta = 2, drive = 3",
      "  conserved    energy, u, in (0, infinity)",
    ]);
    expect(of({ ...process, field: { ...field, high: 4 } })[1]).toMatch(/in \(0, 4\)$/);
  });
  it("tells of calibration, gradient energy and field where there are any", () => {
    const one = { indexScale: 1.2345, noise: 0.5, components: 12 };
    const told = lines({
      calibration: { mobility: one, drivingForce: { ...one, components: 13 } },
      gradientEnergy: { kappa: -1e-4, mobilityExponent: 2e-4 },
      externalField: 2.5,
    });
    expect(told.slice(10, 14)).toEqual([
      "  calibration  m: index of standard deviation 1.234; the data's errors are 0.500 of what is " +
      "stated, by 12 left-out data",
      "  calibration  f': index of standard deviation 1.234; the data's errors are 0.500 of what is " +
      "stated, by 13 left-out data",
      "  gradient     driving force f' - -0.0001 rho'', mobility times exp(-0.0002 rho'')",
      "  field        E = 2.5 in training; predictions are under it unless --field says another",
    ]);
    const learned = { kappa: 1e-4, mobilityExponent: 0, standardError: 1e-5 };
    expect(lines({ gradientEnergy: learned }).join()).toContain("rho''); learned to 0.00001");
  });
  it("never steers the terminal, and names no commit that it does not know", () => {
    const odd = { ...manifest.code, commit: null, name: "a\u001b[31m\u202eb" };
    expect(lines({ code: odd })[1]).toBe("  made by      a?[31m?b 0.1.0, seed 7");
  });
});

describe("a field's warning", () => {
  it("begins where it works more than a fifth of k_B T over a bond", () => {
    const told = (externalField: number, beta = 1) =>
      warningsOf(
        {
          ...{ externalField, level: 0.5, memberCount: 40, nonConvexMembers: 0 },
          invariants: { projections: 0 },
          coverage: { firstTimeOutside: null },
          table: { used: true, k1Error: 0, drivingForceError: 0 },
        } as never,
        { seed: 1, members: 40 } as never,
        { system: { sites: 100, beta }, sampler: { kind: "ddim", steps: 2 } } as never,
      );
    for (const weak of [0, 20, -20]) expect(told(weak)).toEqual([]);
    expect(told(10, 2)).toEqual([]);
    expect(told(21)).toEqual([
      "The field of 21 is not weak: over one of 100 bonds it does a work of 0.21 k_B T, where " +
      "currents are no longer m E.",
    ]);
    expect(told(-11, 2)[0]).toMatch(/a work of 0\.22 k_B T/);
  });
});

describe("densities of a table", () => {
  it("are evenly spaced, the last one to the bit", () => {
    expect([...evenGrid(0.1, 0.3, 3)]).toEqual([0.1, expect.closeTo(0.2, 15), 0.3]);
    expect(evenGrid(0.1, 0.7)).toHaveLength(81);
    expect(evenGrid(0.1, 0.7).at(-1)).toBe(0.7);
    expect([...readDensities("0.1:0.5:2", "d")]).toEqual([0.1, 0.5]);
    expect([...readDensities("0.2,0.3", "d")]).toEqual([0.2, 0.3]);
    expect(readDensities("0:1:10000", "d")).toHaveLength(10_000);
  });
  it.each(["0.5:0.1:3", "0.1:0.1:3", "0:1:1", "0:1:2.5", "0:1:10001", "0:1", "0:1:3:4"])(
    "%s is refused",
    (text) =>
      expect(() => readDensities(text, "d")).toThrow(/^d LOW:HIGH:COUNT must have LOW < HIGH/),
  );
  it.each(["0.1;0.2", "a", "0.1,,0.2"])(
    "%s is none",
    (text) =>
      expect(() => readDensities(text, "d")).toThrow(/^d must be rising numbers with commas/),
  );
});

describe("what members do not show", () => {
  const linear = {
    ...{ lawError: Float64Array.of(1, 2), correlations: Float64Array.of(-3, 4) },
    inputs: Float64Array.of(0, 5),
  };
  const discretisation = {
    ...{ mesh: Float64Array.of(5, 6), step: Float64Array.of(7, 8), largest: 9 },
  };
  it("is put beside what they do, part by part", () => {
    const parts = partsOf(Float64Array.of(1, 1, 3, 1), 2, discretisation, linear as never);
    expect(parts).toEqual({
      ...{ data: Float64Array.of(Math.SQRT2, 0), law: Float64Array.of(1, 2) },
      ...{ mesh: Float64Array.of(5, 6), step: Float64Array.of(7, 8) },
      ...{ correlations: Float64Array.of(3, 4), inputs: Float64Array.of(0, 5) },
    });
    expect(partsOf(Float64Array.of(1, 1), 2, null, null)).toMatchObject({
      ...{ mesh: null, step: null, law: null, correlations: null, inputs: null },
    });
  });
  it("is there over all times, or not at all", () => {
    const fluctuation = Float64Array.of(1);
    const one = { discretisation, linear: { fluctuation } } as never;
    const lost = { discretisation: null, linear: null } as never;
    expect(meshErrorOver([one, one])).toEqual(Float64Array.of(9, 9));
    expect(meshErrorOver([one, lost])).toBeNull();
    expect(meshErrorOver([{ discretisation: { ...discretisation, largest: null } } as never]))
      .toBeNull();
    expect(fluctuationOver([one, one])).toEqual([fluctuation, fluctuation]);
    expect(fluctuationOver([one, lost])).toBeNull();
  });
  it("a negative gradient energy ends the meshes that its law is for", () => {
    const of = (gradientEnergy?: object) =>
      finestOf(
        {
          gradientEnergy,
          system: { beta: 4, field: EXCLUSION },
          coverage: { density: [0, 1] },
        } as never,
      );
    expect([of(), of({ kappa: 0.1 }), of({ kappa: -1e-4 })]).toEqual([Infinity, Infinity, 50]);
  });
});
