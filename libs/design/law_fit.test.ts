import { EigenvalueDecomposition } from "ml-matrix";
import { expect, test } from "vitest";
import { againstTruth } from "./against_truth.ts";
import { goalCurves, goalPercent } from "./aims.ts";
import { KNOWN, NOISE, synthetic, wave } from "./_synthetic.ts";
import { parseGoals } from "./goal_text.ts";
import { bothCurves, CURVES, valueOf } from "./law_curve.ts";
import { fitLaw } from "./law_fit.ts";
import { mergeShapes } from "./measured_profile.ts";

const WAVES = [wave(0.5, 0.4), wave(0.4, 0.25), wave(0.6, 0.25), wave(0.5, 0.36, 2)];
const LAW_ERROR = 1e-4, ONE = { diffusivity: 1, mobility: 1 };
const context = {
  prediction: { profile: wave(0.5, 0.3), times: [0, 0.01, 0.03] },
  profiles: WAVES,
};
const fitted = (realizations: number, seed?: number) =>
  fitLaw(WAVES.map((own) => synthetic(own, realizations, seed)), KNOWN.field, LAW_ERROR);

test("exact data give the law back", () => {
  const { curves } = fitted(1e6);
  for (const rho of [0.15, 0.3, 0.5, 0.7, 0.85]) {
    expect(valueOf(curves.diffusivity, rho) / KNOWN.diffusivity(rho)).toBeCloseTo(1, 2);
    expect(valueOf(curves.mobility, rho) / KNOWN.mobility(rho)).toBeCloseTo(1, 2);
  }
});

test("the truth lies in the bands as often as they say, for densities, m, f' and D", () => {
  // 8 runs; few of a curve's points are independent, so the share is known to sqrt(.05 * .95 / (8 * 3)) or so.
  const goals = parseGoals("density 1 % and m 1 % and f' 1 % and D 1 %");
  const laws = Array.from({ length: 8 }, (_, seed) => fitted(1000, seed));
  for (const goal of goals) {
    const inside = laws.map((law) => againstTruth(goal, context, law, ONE, KNOWN).inside);
    const share = inside.reduce((a, b) => a + b, 0) / inside.length;
    // False alarms: below four standard errors once in 30000 of a calibrated surrogate.
    expect(share).toBeGreaterThan(0.95 - 4 * 0.045);
  }
});

test("a truth far off is outside", () => {
  const [goal] = parseGoals("D 1 %");
  const other = { ...KNOWN, diffusivity: (rho: number) => 1.1 * KNOWN.diffusivity(rho) };
  expect(againstTruth(goal, context, fitted(1000, 1), ONE, other).inside).toBeLessThan(0.2);
});

test("precisions are symmetric and positive definite, and no further profile takes anything from them", () => {
  const all = WAVES.map((own) => synthetic(own, 500, 3));
  const { settings } = fitLaw(all, KNOWN.field, LAW_ERROR);
  const spans = [0.1, 0.9] as const;
  const some = fitLaw(all.slice(0, 3), KNOWN.field, LAW_ERROR, { settings, spans });
  for (const name of CURVES) {
    // At one law, for what data say of it depends on where it is linearised: the same data twice.
    const twice = fitLaw(
      all.slice(0, 3).map((own) => ({ ...own, fluxCovariance: own.fluxCovariance.clone().div(2) })),
      KNOWN.field,
      LAW_ERROR,
      { settings, spans },
    );
    const { precision } = some.curves[name];
    expect(
      precision.isSymmetric() ||
        precision.clone().sub(precision.transpose()).norm() < 1e-9 * precision.norm(),
    ).toBe(true);
    const least = (m: typeof precision) =>
      Math.min(...new EigenvalueDecomposition(m, { assumeSymmetric: true }).realEigenvalues);
    expect(least(precision)).toBeGreaterThan(0.99);
    expect(twice.curves[name].precision.trace()).toBeGreaterThanOrEqual(
      precision.trace() * (1 - 1e-6),
    );
  }
});

test("measurements of one shape count as one of their mean", () => {
  const [first] = WAVES;
  const parts = [synthetic(first, 300, 1), { ...synthetic(first, 900, 2), name: "again" }];
  const [merged, ...others] = mergeShapes(parts);
  expect(others).toEqual([]);
  expect(merged.realizations).toBe(1200);
  expect(merged.flux[3]).toBeCloseTo((parts[0].flux[3] + 3 * parts[1].flux[3]) / 4, 12);
  // 300 and 900 of one variance a realization are as good as 1200.
  expect(merged.fluxCovariance.get(3, 3)).toBeCloseTo(NOISE.flux ** 2 / 1200, 12);
  const known = synthetic(first, 1200).mobilityStandardError[3];
  expect(merged.mobilityStandardError[3] / known).toBeCloseTo(1, 1);
});

test("a whole curve's band is wider than a point's, by less than a curve of independent points", () => {
  const law = fitted(1000, 5);
  const precision = bothCurves((name) => law.curves[name].precision);
  const [pointwise, whole] = ["", " whole curve"].map((kind) => {
    const [goal] = parseGoals(`D 1 %${kind}`);
    return goalPercent(goal, goalCurves(goal, context, law.curves), precision, ONE);
  });
  expect(whole).toBeGreaterThan(1.1 * pointwise);
  // 41 independent points: the 95 % quantile of the largest is 3.2 standard deviations in place of 1.96.
  expect(whole).toBeLessThan(3.2 / 1.96 * pointwise);
});

test("data that cannot be weighed, or say nothing, are refused by name", () => {
  expect(() => fitLaw([], KNOWN.field, LAW_ERROR)).toThrow("at least one measured profile");
  const broken = { ...synthetic(WAVES[0], 100), mobility: new Float64Array(25) };
  expect(() => fitLaw([broken], KNOWN.field, LAW_ERROR)).toThrow("element 0 of profile k1-0.5-0.4");
});
