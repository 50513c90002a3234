import { beforeAll, describe, expect, it } from "vitest";
import {
  exactFluxOfField,
  exactK1OfField,
  longRangeLimit,
  nearestNeighbour,
  symmetricExclusion,
} from "@spiediff/exact-reference";
import type { EnsembleRecord } from "@spiediff/ensemble";
import { chiSquarePValue } from "@spiediff/numerics";
import { latticeProfile, sampleEnsemble } from "@spiediff/kmc";
import type { SampleOptions } from "@spiediff/kmc";
import {
  controlVariateCovariance,
  controlVariateEstimator,
  estimateOperators,
  horizonJackknives,
  jackknife,
  nodalBand,
  parseOperatorEstimate,
  realizationsFor,
  sampleCovariance,
  standardError,
} from "./mod.ts";
import type { Estimated, OperatorEstimate } from "./mod.ts";

const TAU = 2 * Math.PI;
const sites = 400;
const elements = 10;
const field = (x: number) => 0.5 + 0.25 * Math.cos(TAU * x);
const base: Omit<SampleOptions, "system" | "initialState"> = {
  elements,
  profile: latticeProfile("cosine", sites, field),
  realizations: 4000,
  seed: 1,
  burnIn: 0,
  horizons: [2.5e-5, 5e-5, 1e-4],
};

/** Chi-square of independent entries; neighbouring errors correlate by at most a third. */
const chi = (e: Estimated, exact: ArrayLike<number>) =>
  e.value.reduce((s, v, i) => s + ((v - exact[i]) / e.standardError[i]) ** 2, 0);
const pValue = (e: Estimated, exact: ArrayLike<number>) => chiSquarePValue(chi(e, exact), elements);
const best = (e: OperatorEstimate): Estimated => ({
  value: e.K1,
  standardError: e.K1StandardError,
});

describe("SSEP", () => {
  const system = { sites, halfWidth: 1, betaJ0: 0 };
  let record: EnsembleRecord;
  let estimate: OperatorEstimate;
  const exact = exactK1OfField(symmetricExclusion(), field, elements);
  const flux0 = exactFluxOfField(symmetricExclusion(), field, elements);

  beforeAll(async () => {
    record = await sampleEnsemble({
      ...base,
      system,
      initialState: "bernoulli",
    });
    estimate = estimateOperators(record);
  });

  it("all estimators of K1 agree with the exact one (false alarms 1e-4 each)", () => {
    expect(pValue(best(estimate), exact)).toBeGreaterThan(1e-4);
    expect(pValue(estimate.diagnostics.extrapolated!, exact)).toBeGreaterThan(1e-4);
    for (const h of [0, 1, 2]) {
      expect(pValue(estimate.diagnostics.classic[h].closedK1, exact)).toBeGreaterThan(1e-4);
      expect(pValue(estimate.diagnostics.controlVariate[h].closedK1, exact)).toBeGreaterThan(1e-4);
    }
  });

  it("control variates change errors, not expectations (false alarms 1e-4 each)", () => {
    for (const h of [0, 1, 2]) {
      const { classic, controlVariate } = estimate.diagnostics;
      for (const name of ["K1", "diagonal", "outOfBand", "flux"] as const) {
        // The classic error dominates the difference's.
        expect(pValue(classic[h][name], controlVariate[h][name].value)).toBeGreaterThan(1e-4);
      }
    }
  });

  it("entries beyond the kinks' reach vanish within their errors (false alarms 1e-4 each)", () => {
    const scale = sites / (2 * base.horizons[1]);
    for (const offset of [3, 4, 5]) {
      for (const covariance of [sampleCovariance, controlVariateCovariance]) {
        const jack = jackknife(
          record.total,
          record.blocks,
          ({ windows, count }) => nodalBand(covariance(windows[1], count), elements, offset, scale),
        );
        const entries = {
          value: [...jack.value],
          standardError: [...jack.value.keys()].map((i) => standardError(jack, i)),
        };
        expect(pValue(entries, entries.value.map(() => 0))).toBeGreaterThan(1e-4);
      }
    }
    // Two off the diagonal the kinks reach: -B, not zero, at finite h.
    const near = estimate.diagnostics.controlVariate[2].outOfBand;
    expect(pValue(near, near.value.map(() => 0))).toBeLessThan(1e-4);
  });

  it("the bias of Eq. (6) at finite h is the kinks': -1.50 sqrt(D h) / Delta", () => {
    estimate.diagnostics.controlVariate.forEach(({ K1 }, w) => {
      const mean = K1.value.reduce((s, v, e) => s + v / exact[e] / elements, 0);
      const error = Math.hypot(...K1.standardError.map((s, e) => s / exact[e] / elements));
      const bias = -16 / 3 / Math.sqrt(4 * Math.PI) * Math.sqrt(base.horizons[w]) * elements;
      // 5 standard errors, plus the lattice's own correction of relative order eps / sqrt(h).
      expect(Math.abs(mean - 1 - bias)).toBeLessThan(5 * error + 0.1 * Math.abs(bias));
      expect(Math.abs(mean - 1)).toBeGreaterThan(5 * error);
    });
  });

  it("smooth windows are chosen and at least ten times less noisy than the elements' own", () => {
    expect(estimate.fluxEstimator).toBe("smooth windows");
    const { flux, smoothFlux } = estimate.diagnostics.varianceReduction[1];
    expect(smoothFlux / flux).toBeGreaterThan(10);
    // 10 comparisons at 4.5 standard errors: false alarms 1e-4.
    estimate.flux.forEach((j, e) =>
      expect(Math.abs(j - flux0[e]) / estimate.fluxStandardError[e]).toBeLessThan(4.5)
    );
  });

  it("a step is not smooth: element windows are kept, and a warning says so", async () => {
    const step = latticeProfile("step", sites, (x) => x < 0.5 ? 0.2 : 0.8);
    const found = estimateOperators(
      await sampleEnsemble({
        ...base,
        profile: step,
        realizations: 600,
        system,
        initialState: "bernoulli",
      }),
    );
    expect(found.fluxEstimator).toBe("element windows");
    expect(found.warnings.join()).toMatch(/not smooth on the scale of three elements/);
  });

  it("element fluxes agree with the exact ones and differ by the drift (false alarms 1e-4)", () => {
    // Decorrelate: potentials P with J_e = P_e - P_{e+1} have nearly white errors.
    const elementFlux = estimate.diagnostics.controlVariate[2].flux;
    const residual = elementFlux.value.map((j, e) => j - flux0[e]);
    const potentials = (r: number[]) => {
      let sum = 0;
      const p = r.map((v) => sum -= v);
      const mean = p.reduce((a, b) => a + b, 0) / elements;
      return p.map((v) => v - mean);
    };
    const p = potentials(residual);
    const { deviations } = horizonJackknives(
      record,
      [{ estimator: controlVariateEstimator, window: 2 }],
      1,
    )[0].flux;
    let z2 = 0;
    for (let i = 0; i < elements; i++) {
      const variance = deviations.reduce((sum, d) => sum + potentials([...d])[i] ** 2, 0);
      z2 += p[i] ** 2 / variance;
    }
    expect(chiSquarePValue(z2, elements - 1)).toBeGreaterThan(1e-4);
    estimate.drift.forEach((d, i) =>
      expect(d).toBeCloseTo(estimate.flux[(i + elements - 1) % elements] - estimate.flux[i], 12)
    );
  });

  it("reduces variances, the more the shorter h, as sqrt(D h) / Delta falls", () => {
    const [short, middle, long] = estimate.diagnostics.varianceReduction;
    for (const name of ["K1", "closedK1", "flux", "drift"] as const) {
      expect(short[name]).toBeGreaterThan(middle[name]);
      expect(middle[name]).toBeGreaterThan(long[name]);
    }
    // sqrt(D h) / Delta = 0.05 here; the ratios at 0.027 (N = 2000, h = 2.5e-6) are in docs/studies.
    expect(short.K1).toBeGreaterThan(6);
    expect(short.closedK1).toBeGreaterThan(40);
    expect(short.drift).toBeGreaterThan(15);
  });

  it("falls back on the classic estimator without control variates", async () => {
    const plain = estimateOperators(
      await sampleEnsemble({
        ...base,
        controlVariates: false,
        realizations: 400,
        system,
        initialState: "bernoulli",
      }),
    );
    expect(plain.estimator).toContain("classic");
    expect(plain.diagnostics.controlVariate).toEqual([]);
    expect(pValue(best(plain), exact)).toBeGreaterThan(1e-4);
    expect(plain.warnings.join()).toMatch(/relative standard error.*realizations would reach it/);
    expect(realizationsFor(plain, 0.01)).toBeGreaterThan(10 * plain.realizations);
  });

  it("finds optimal coefficients that tend to 1 as h falls: what 1 leaves on the table is little", () => {
    const [short, middle, long] = estimate.diagnostics.optimalCoefficient;
    for (const name of ["K1", "flux"] as const) {
      expect(short[name]).toBeGreaterThan(middle[name]);
      expect(middle[name]).toBeGreaterThan(long[name]);
      expect(short[name]).toBeGreaterThan(0.8);
      expect(short[name]).toBeLessThan(1.05);
    }
  });

  it("survives JSON and refuses damage by name", () => {
    const text = JSON.stringify(estimate);
    expect(parseOperatorEstimate(JSON.parse(text))).toEqual(estimate);
    const broken = (change: Record<string, unknown>) =>
      JSON.parse(JSON.stringify({ ...estimate, ...change }));
    expect(() => parseOperatorEstimate(broken({ K1: [...estimate.K1.slice(1), NaN] })))
      .toThrow(/K1\[9\].*finite.*NaN/);
    expect(() => parseOperatorEstimate(broken({ flux: [1, 2] }))).toThrow(/flux.*10 numbers.*2/);
    expect(() => parseOperatorEstimate(broken({ realizations: 1 }))).toThrow(/realizations/);
    expect(() => parseOperatorEstimate(broken({ density: undefined }))).toThrow(/density.*missing/);
    expect(() => parseOperatorEstimate(broken({ fluxStandardError: estimate.K1 })))
      .toThrow(/fluxStandardError\[0\].*not negative/);
    expect(() => parseOperatorEstimate(JSON.parse(text.slice(0, 1) + text.slice(-1)))).toThrow(
      TypeError,
    );
    expect(() => parseOperatorEstimate([])).toThrow(/JSON object/);
    const { diagnostics } = estimate;
    const nested = (change: Record<string, unknown>) => () =>
      parseOperatorEstimate(broken({ diagnostics: { ...diagnostics, ...change } }));
    expect(nested({})).not.toThrow();
    expect(nested({ classic: diagnostics.classic.slice(1) })).toThrow(
      /diagnostics\.classic.*3 entries.*2/,
    );
    expect(nested({ controlVariate: [] })).not.toThrow();
    expect(nested({ classic: diagnostics.classic.map(({ K1: _, ...rest }) => rest) })).toThrow(
      /diagnostics\.classic\[0\]\.K1.*missing/,
    );
    expect(nested({ window: { shortest: 1 } })).toThrow(/diagnostics\.window\.longest/);
    expect(nested({ extrapolated: { ...diagnostics.extrapolated, value: [1] } })).toThrow(
      /diagnostics\.extrapolated\.value.*10 numbers/,
    );
    expect(nested({ closureChiSquare: { value: 1, degreesOfFreedom: 2, pValue: NaN } })).toThrow(
      /closureChiSquare\.pValue/,
    );
    expect(nested({ mobilityDrift: 3 })).toThrow(/mobilityDrift.*object/);
    expect(() => parseOperatorEstimate(broken({ diagnostics: undefined }))).toThrow(/diagnostics/);
    // Every number and list that must be there: without it, cut short, or with something else in it.
    const parsed = JSON.parse(text);
    const lists = [
      ...["density", "densityStandardError", "elementDensity", "elementDensityStandardError", "K1"],
      ...["K1StandardError", "flux", "fluxStandardError", "drift", "driftStandardError"],
      ...["K1Covariance", "fluxCovariance", "hs", "warnings"],
    ];
    const single = ["profileName", "estimator", "nodalDensityRule", "realizations", "t0"]
      .concat(["K1Horizon", "fluxHorizon", "circulationVariance"]);
    const refused = (change: Record<string, unknown>, name: string) =>
      expect(() => parseOperatorEstimate({ ...parsed, ...change }), name).toThrow(name);
    expect(() => parseOperatorEstimate(parsed)).not.toThrow();
    for (const name of [...lists, ...single]) {
      refused({ [name]: undefined }, name);
      refused({ [name]: {} }, name);
    }
    for (const name of lists.filter((one) => !["density", "hs", "warnings"].includes(one))) {
      refused({ [name]: parsed[name].slice(1) }, name);
      refused({ [name]: parsed[name].with(2, "1") }, `${name}[2]`);
    }
    for (const name of ["t0", "K1Horizon", "fluxHorizon", "circulationVariance"]) {
      refused({ [name]: -1 }, name);
      expect(() => parseOperatorEstimate({ ...parsed, [name]: 0 })).not.toThrow();
    }
    refused({ hs: parsed.hs.with(1, 0) }, "hs[1]");
    refused({ warnings: [1] }, "warnings[0]");
    for (const name of lists.filter((one) => one.endsWith("StandardError"))) {
      refused({ [name]: parsed[name].with(1, -1e-9) }, `${name}[1]`);
      expect(() => parseOperatorEstimate({ ...parsed, [name]: parsed[name].with(1, 0) })).not
        .toThrow();
    }
    for (const name of ["flux", "cross", "field"]) {
      const { samplingCovariance } = parsed;
      const band = samplingCovariance[name];
      for (const wrong of [undefined, band.slice(1), band.with(0, null)]) {
        refused({ samplingCovariance: { ...samplingCovariance, [name]: wrong } }, name);
      }
    }
    expect(() => parseOperatorEstimate({ ...parsed, realizations: 2 })).not.toThrow();
    const drift = { value: 1, standardError: 2 };
    expect(nested({ mobilityDrift: drift })).not.toThrow();
    expect(nested({ mobilityDrift: null, extrapolated: null })).not.toThrow();
    for (const name of ["value", "standardError"]) {
      expect(nested({ mobilityDrift: { ...drift, [name]: NaN } })).toThrow(`mobilityDrift.${name}`);
    }
    for (const name of ["closureChiSquare", "smoothnessChiSquare"]) {
      expect(nested({ [name]: null })).not.toThrow();
      for (const field of ["value", "degreesOfFreedom", "pValue"]) {
        const whole = { value: 1, degreesOfFreedom: 2, pValue: 0.5 };
        expect(nested({ [name]: whole })).not.toThrow();
        expect(nested({ [name]: { ...whole, [field]: undefined } })).toThrow(`${name}.${field}`);
      }
    }
    for (const name of ["varianceReduction", "optimalCoefficient"]) {
      expect(nested({ [name]: [] })).not.toThrow();
      expect(nested({ [name]: [1, 2, 3] })).toThrow(`${name}[0]`);
      expect(nested({ [name]: [{}] })).toThrow(name);
    }
  });
});

describe("nearest neighbours, beta J0 = 2, from the local Gibbs state", () => {
  it("finds the exact mobility and excludes mean field (false alarms 1e-4)", async () => {
    const estimate = estimateOperators(
      await sampleEnsemble({
        ...base,
        realizations: 2500,
        system: { sites, halfWidth: 1, betaJ0: 2 },
        initialState: "local-gibbs",
      }),
    );
    const exact = exactK1OfField(nearestNeighbour({ betaJ0: 2 }), field, elements);
    expect(pValue(best(estimate), exact)).toBeGreaterThan(1e-4);
    const meanField = exactK1OfField(longRangeLimit({ betaJ0: 2 }), field, elements);
    const middle = Math.floor(elements / 4);
    expect(Math.abs(estimate.K1[middle] - meanField[middle]))
      .toBeGreaterThan(20 * estimate.K1StandardError[middle]);
  });

  it("warns of a burn-in that is too short when it starts from independent sites", async () => {
    const estimate = estimateOperators(
      await sampleEnsemble({
        ...base,
        realizations: 1500,
        system: { sites, halfWidth: 1, betaJ0: 2 },
        initialState: "bernoulli",
      }),
    );
    expect(estimate.warnings.join()).toMatch(/burn-in/);
  });
});
