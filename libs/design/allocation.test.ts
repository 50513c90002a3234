import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import fc from "fast-check";
import { aimRows, goalCurves } from "./aims.ts";
import {
  bestAllocation,
  type DesignProblem,
  equalAllocation,
  precisionWith,
  scaledToAim,
  widthsOf,
} from "./allocation.ts";
import { candidateProfiles, nodalDensities } from "./candidates.ts";
import { ELEMENTS, KNOWN, synthetic, wave } from "./_synthetic.ts";
import { parseGoals } from "./goal_text.ts";
import { dataRows, narrowing, narrowingRate, standpoint, sumOfVariances } from "./information.ts";
import { bothCurves } from "./law_curve.ts";
import { fitLaw } from "./law_fit.ts";
import { wavesOf } from "./measured_profile.ts";
import { noiseModel } from "./noise_model.ts";

const FIXED = [wave(0.5, 0.4), wave(0.3, 0.2), wave(0.7, 0.2), wave(0.5, 0.36, 2)];
const measured = FIXED.map((own) => synthetic(own, 500, 1));
const law = fitLaw(measured, KNOWN.field, 1e-4);
const noise = noiseModel(measured, KNOWN.field);
const context = {
  prediction: { profile: wave(0.5, 0.3), times: [0.01, 0.03] },
  profiles: FIXED,
};

function problemOf(text: string, more = 0): DesignProblem {
  const goals = parseGoals(text), factors = { diffusivity: 1, mobility: 1 };
  const precision = bothCurves((name) => Matrix.eye(law.curves[name].basis.size));
  const pool = [...FIXED, ...candidateProfiles({ low: 0.03, high: 0.97 }, []).slice(0, more)];
  return {
    precision,
    aims: goals.map((goal) =>
      aimRows(goal, goalCurves(goal, context, law.curves), precision, factors)
    ),
    candidates: pool.map((profile) => ({
      before: 0,
      data: dataRows(
        nodalDensities(profile, ELEMENTS),
        wavesOf(profile),
        law.curves,
        noise,
        law.settings.lawError,
      ),
    })),
    overhead: 0,
    least: 1,
  };
}

const own = FIXED.map((_, p) => p);
const GOALS = ["density 0.05 %", "f' 0.5 %", "D 0.4 % on 0.2..0.8 and m 1 %"];

test.each(GOALS)(
  "%s: what reaches an aim is scaled to it, and is never dearer than the experiment's profiles",
  (text) => {
    const problem = problemOf(text, 24);
    const fixed = equalAllocation(problem, own);
    const best = bestAllocation(problem, [own]);
    expect(Math.max(...fixed.widths)).toBeCloseTo(1, 2);
    expect(best.isReached).toBe(true);
    expect(best.cost).toBeLessThanOrEqual(fixed.cost);
  },
);

test("an aim far from the experiment's densities is reached by profiles that go there", () => {
  const problem = problemOf("D 1 % on 0.05..0.15", 30);
  const fixed = equalAllocation(problem, own);
  const best = bestAllocation(problem, [own]);
  expect(best.isReached).toBe(true);
  expect(best.cost).toBeLessThan(0.5 * fixed.cost);
});

test("more realizations never widen, and never narrow faster than R^-1/2", () => {
  const problem = problemOf("D 0.4 % on 0.3..0.7");
  const free: DesignProblem = {
    ...problem,
    candidates: problem.candidates.map(({ before, data }) => ({
      before,
      data: bothCurves((name) => ({
        design: data[name].design,
        floor: new Float64Array(data[name].floor.length),
      })),
    })),
  };
  const widthAt = (of: DesignProblem, R: readonly number[]) =>
    widthsOf(of.aims, precisionWith(of, R))[0];
  for (const R of [1e2, 1e4, 1e6]) {
    const ratio = widthAt(free, own.map(() => R)) / widthAt(free, own.map(() => 4 * R));
    expect(ratio).toBeGreaterThan(1.2);
    expect(ratio).toBeLessThanOrEqual(2 * (1 + 1e-9));
  }
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 4, maxLength: 4 }),
      fc.integer({ min: 0, max: 3 }),
      fc.double({ min: 1, max: 1e5, noNaN: true }),
      (some, p, more) => {
        const after = some.map((R, q) => q === p ? R + more : R);
        expect(widthAt(problem, after)).toBeLessThanOrEqual(widthAt(problem, some) * (1 + 1e-9));
      },
    ),
    { numRuns: 30 },
  );
});

test("in another order the same profiles are chosen", () => {
  const problem = problemOf("density 0.05 %", 20);
  const order = problem.candidates.map((_, p) => p).reverse();
  const turned = { ...problem, candidates: order.map((p) => problem.candidates[p]) };
  const straight = bestAllocation(problem, [own]);
  const other = bestAllocation(turned, [own.map((p) => order.indexOf(p))]);
  expect(other.cost).toBeCloseTo(straight.cost, 6);
  straight.realizations.forEach((R, p) =>
    expect(other.realizations[order.indexOf(p)]).toBeCloseTo(R, 6)
  );
});

test("a step narrows by exactly what the posterior after it says, and slowly by the rate", () => {
  const problem = problemOf("f' 1 %");
  const R = [500, 0, 300, 0];
  const precision = precisionWith(problem, R), [rows] = problem.aims;
  const stand = standpoint(rows, precision);
  const after = (p: number, more: number) =>
    sumOfVariances(rows, precisionWith(problem, R.map((own, q) => q === p ? own + more : own)));
  const now = sumOfVariances(rows, precision);
  for (const p of own) {
    const { data } = problem.candidates[p];
    expect(narrowing(stand, data, R[p], 200)).toBeCloseTo(now - after(p, 200), 8);
    expect(narrowingRate(stand, data, R[p])).toBeCloseTo((now - after(p, 0.01)) / 0.01, 5);
  }
});

test("one coefficient seen by one datum: R = (1/v - 1) s^2 realizations bring its variance to v", () => {
  const one = (deviation: number): DesignProblem => ({
    precision: { diffusivity: Matrix.eye(1), mobility: Matrix.eye(1) },
    // A variance of 0.01 is the aim.
    aims: [{ diffusivity: new Matrix([[10]]), mobility: null }],
    candidates: [{
      before: 0,
      data: bothCurves(() => ({
        design: new Matrix([[1 / deviation]]),
        floor: Float64Array.of(0),
      })),
    }],
    overhead: 0,
    least: 1,
  });
  expect(scaledToAim(one(3), [1]).cost / (99 * 9)).toBeCloseTo(1, 2);
  // Data outweigh the prior: half the width is four times the data.
  const widthAt = (R: number) => widthsOf(one(3).aims, precisionWith(one(3), [R]))[0];
  expect(widthAt(1e6) / widthAt(4e6)).toBeCloseTo(2, 4);
  // Where the law's own error is as large as the aim, nothing reaches it.
  const [{ data }] = one(3).candidates;
  const blind = bothCurves((name) => ({ ...data[name], floor: Float64Array.of(1 / 9) }));
  const out = scaledToAim({ ...one(3), candidates: [{ before: 0, data: blind }] }, [1]);
  expect(out.isReached).toBe(false);
});
