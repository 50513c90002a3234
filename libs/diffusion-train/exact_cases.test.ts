/** The optimiser, its average and its ends; rows, held-out elements and basis functions by their definitions. */
import { exclusionDensity } from "@spiediff/law";
import { elementPoints } from "@spiediff/mesh";
import { RingMatrix } from "@spiediff/numerics";
import { randomStream } from "@spiediff/random";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { adamInit, adamUpdate, learningRateAt } from "./adam.ts";
import { fluxCovariance, statedCovariance } from "./flux_errors.ts";
import { fieldCondition } from "./field_condition.ts";
import { holdOut } from "./held_out.ts";
import { mobilityConditionOf, mobilityRows, pointsOf } from "./mobility_rows.ts";
import { operatorEntries, whitenedFluxOperator } from "./physics_layer.ts";
import { chebyshevBasis, meanBetween, ridge } from "./smooth_law.ts";
import { smoothedErrors } from "./smoothed_errors.ts";
import { minimise, type TrainingProblem } from "./training_loop.ts";
import type { OperatorData, TrainingState } from "./types.ts";
import { decompose, independent, whitened } from "./whitening.ts";

describe("Adam", () => {
  it("moves by the definition of its moments, step by step", () => {
    const p = [Float64Array.of(2) as unknown as Float32Array], state = adamInit(p);
    state.mean[0] = Float64Array.of(0) as unknown as Float32Array;
    state.square[0] = Float64Array.of(0) as unknown as Float32Array;
    let m = 0, v = 0, x = 2;
    [1, -3, 0.5, 4].forEach((g, k) => {
      adamUpdate(state, p, [Float32Array.of(g)], 0.1);
      m = 0.9 * m + 0.1 * g;
      v = 0.99 * v + 0.01 * g * g;
      const meanHat = m / (1 - 0.9 ** (k + 1)), squareHat = v / (1 - 0.99 ** (k + 1));
      x -= 0.1 * meanHat / Math.sqrt(squareHat);
      expect(p[0][0]).toBeCloseTo(x, 6);
      expect(state.step).toBe(k + 1);
    });
  });
  it("stays where it is without a gradient", () => {
    const p = [Float32Array.of(1)];
    adamUpdate(adamInit(p), p, [Float32Array.of(0)], 0.1);
    expect(p[0][0]).toBe(1);
  });
  it("has a rate that rises over a tenth of the steps, a hundred at most, and falls by half a cosine", () => {
    const rates = (total: number, ...steps: number[]) =>
      steps.map((step) => learningRateAt(step, total, 2));
    // Warm-up of 5: 1/5 to 5/5; then 45 steps down.
    const short = rates(50, 0, 3, 4, 5, 20, 49);
    [0.4, 1.6, 2, 2, 1 + Math.cos(Math.PI / 3), 1 + Math.cos(Math.PI * 44 / 45)]
      .forEach((rate, k) => expect(short[k]).toBeCloseTo(rate, 12));
    const long = rates(10_000, 49, 99, 100, 5050);
    [1, 2, 2, 1].forEach((rate, k) => expect(long[k]).toBeCloseTo(rate, 12));
    // Never above its peak, however few the steps.
    for (let total = 1; total < 40; total++) {
      for (let step = 0; step < total; step++) {
        expect(learningRateAt(step, total, 2)).toBeLessThanOrEqual(2);
      }
    }
    expect([rates(1, 0)[0], rates(15, 0)[0]]).toEqual([2, 2 / 1.5]);
  });
});

describe("minimise", () => {
  /** One parameter whose gradient is always 1: Adam then takes steps of the rate itself. */
  const slope = (heldOut?: (step: number) => number) => {
    let step = 0;
    const problem: TrainingProblem = {
      parameters: [Float32Array.of(0)],
      lossAndGradients: (k) => {
        step = k + 1;
        return { loss: k, gradients: [Float32Array.of(1)] };
      },
      ...(heldOut ? { heldOutLoss: () => heldOut(step) } : {}),
    };
    return problem;
  };
  /** Averages after each step, by their definition. */
  const averages = (steps: number, rate: number) => {
    let p = 0, average = 0;
    return Array.from({ length: steps }, (_, k) => {
      p -= learningRateAt(k, steps, rate);
      const done = k + 1;
      // At first like a mean over what was seen, at last over a fortieth of all steps.
      const keep = Math.min(1 - 1 / Math.max(1, steps / 40), done / (done + 9));
      return average = keep * average + (1 - keep) * p;
    });
  };

  it.each([30, 400, 2000])("keeps the running average of the last of %i steps", async (steps) => {
    const problem = slope();
    const reported: number[][] = [];
    const curve = await minimise(problem, {
      steps,
      learningRate: 0.01,
      onProgress: (...args) => void reported.push(args),
    });
    const last = averages(steps, 0.01).at(-1)!;
    expect(problem.parameters[0][0] / last).toBeCloseTo(1, 3);
    // Losses are 0, 1, 2, ..: means since the point before.
    const ends = [...Array(Math.floor(steps / 50)).keys()].map((k) => 50 * (k + 1));
    if (ends.at(-1) !== steps) ends.push(steps);
    expect(curve).toEqual(ends.map((step, k) => ({
      step,
      loss: ((ends[k - 1] ?? 0) + step - 1) / 2,
    })));
    expect(reported).toEqual(curve.map(({ step, loss }) => [step, steps, loss]));
  });

  it("keeps the average of the first of equal held-out losses", async () => {
    const problem = slope((step) => step >= 150 ? 1 : 2);
    await minimise(problem, { steps: 300, learningRate: 0.01 });
    expect(problem.parameters[0][0] / averages(300, 0.01)[149]).toBeCloseTo(1, 3);
  });

  it("ends when the least held-out loss is more than 0.4 of the steps old, not before", async () => {
    const endOf = async (steps: number) =>
      (await minimise(slope((step) => step === 50 ? 0 : 1), { steps, learningRate: 0.01 }))
        .at(-1)!.step;
    // 50 + 0.4 * 500 = 250 is not yet beyond; looked at every 50 steps.
    expect(await endOf(500)).toBe(300);
    expect(await endOf(510)).toBe(300);
    expect(await endOf(490)).toBe(250);
  });

  it("saves every 500 steps and at the end; a saved end is an end", async () => {
    const saved: number[] = [];
    let state: TrainingState | undefined;
    const checkpoint = {
      load: () => Promise.resolve(state),
      save: (one: TrainingState) => {
        saved.push(one.step);
        state = structuredClone(one);
        return Promise.resolve();
      },
    };
    await minimise(slope(), { steps: 1230, learningRate: 0.01, checkpoint });
    expect(saved).toEqual([500, 1000, 1230]);
    const [early, late] = [{ best: { step: 900 } }, { best: { step: 700 } }].map(({ best }) => ({
      ...state!,
      step: 1150,
      best: { ...best, loss: 1, parameters: [Float32Array.of(7)] },
    }));
    saved.length = 0;
    // 0.4 of 1230 is 492 steps.
    state = early;
    await minimise(slope(() => 2), { steps: 1230, learningRate: 0.01, checkpoint });
    expect(saved).toEqual([1230]);
    saved.length = 0;
    state = late;
    const over = slope(() => 2);
    state = { ...late, step: 1200 };
    await minimise(over, { steps: 1230, learningRate: 0.01, checkpoint });
    expect([saved, over.parameters[0][0]]).toEqual([[], 7]);
  });

  it("stops on a signal after a report, with the signal's reason", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const work = minimise(slope(), {
      steps: 500,
      learningRate: 0.01,
      signal: controller.signal,
      onProgress: (done) => {
        seen.push(done);
        if (done === 100) controller.abort(new Error("enough"));
      },
    });
    await expect(work).rejects.toThrow("enough");
    expect(seen).toEqual([50, 100]);
  });
});

const example = (M: number, more: Partial<OperatorData> = {}): OperatorData => ({
  profileName: "some",
  field: exclusionDensity,
  density: Array.from({ length: M }, (_, i) => 0.2 + 0.05 * i),
  mobility: Array.from({ length: M }, (_, e) => 1 + e),
  mobilityStandardError: new Array(M).fill(0.1),
  flux: new Array(M).fill(0),
  fluxStandardError: Array.from({ length: M }, (_, e) => 0.5 + e),
  ...more,
});

describe("held-out elements", () => {
  it.each([[0.5, 2], [0.3, 3], [0.25, 4], [0.1, 10]])(
    "of a share of %s are every %i-th, from an offset of each profile's own",
    (share, stride) => {
      const many = new Array<OperatorData>(40).fill(example(12));
      const marked = holdOut(many, share, randomStream(1, "held-out"));
      const firsts = marked.map(({ heldOut }) => heldOut.indexOf(true));
      marked.forEach(({ heldOut, mobility }, p) => {
        expect(heldOut).toEqual(mobility.map((_, e) => e % stride === firsts[p]));
      });
      expect([...new Set(firsts)].sort((a, b) => a - b)).toEqual([...Array(stride).keys()]);
    },
  );
  it("are none of a share of 0; shares outside [0, 0.5] are refused", () => {
    const stream = randomStream(1, "held-out");
    expect(holdOut([example(5)], 0, stream)[0].heldOut).toEqual(new Array(5).fill(false));
    for (const share of [-0.01, 0.51, NaN]) {
      expect(() => holdOut([example(5)], share, stream)).toThrow(`[0, 0.5], not ${share}`);
    }
  });
});

describe("rows of mobilities", () => {
  const first = example(4, { heldOut: [false, true, false, false] });
  const second = example(4, {
    elementDensity: [0.6, 0.7, 0.8, 0.9],
    mobilityStandardError: [0.2, 0.2, 0.2, 0.2],
  });

  it("are an element each, between its own nodes and the next, the last's with the first", () => {
    const rows = mobilityRows([first, second]);
    const near = (actual: Float64Array, expected: number[]) =>
      actual.forEach((v, i) => expect(v).toBeCloseTo(expected[i], 12));
    near(rows.left, [0.2, 0.25, 0.3, 0.35, 0.6, 0.7, 0.8, 0.9]);
    near(rows.right, [0.25, 0.3, 0.35, 0.2, 0.7, 0.8, 0.9, 0.6]);
    expect([...rows.mobility]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    // Smoothed over the middles of the elements, one level for each profile.
    const middles = Array.from(rows.left, (a, i) => (a + rows.right[i]) / 2);
    near(
      rows.standardError,
      [...smoothedErrors(
        [...first.mobilityStandardError, ...second.mobilityStandardError],
        middles,
        [
          0,
          0,
          0,
          0,
          1,
          1,
          1,
          1,
        ],
      )],
    );
  });
  it("are split into those trained on and those held out, errors as smoothed over all", () => {
    const all = mobilityRows([first, second]).standardError;
    const trained = mobilityRows([first, second], "trained");
    expect([...trained.mobility]).toEqual([1, 3, 4, 1, 2, 3, 4]);
    expect([...trained.standardError]).toEqual([...all].filter((_, i) => i !== 1));
    const kept = mobilityRows([first, second], "held out");
    expect([...kept.mobility, ...kept.left]).toEqual([2, 0.25]);
  });
  it("have a condition of mean 0 and spread 1 over the elements' middles", () => {
    const rows = mobilityRows([second]);
    const condition = mobilityConditionOf(rows);
    // Middles 0.65, 0.75, 0.85, 0.75: spread 0.1 / sqrt(2).
    expect(condition.offset).toBeCloseTo(0.75, 12);
    expect(condition.scale).toBeCloseTo(Math.SQRT2 / 0.1, 10);
    expect(fieldCondition(condition, [0.65])[0]).toBeCloseTo(-Math.SQRT2, 6);
  });
  it("are looked at in two points each, all first ones before all second ones", () => {
    const points = pointsOf([0.2, 0.6], [0.4, 0.5]);
    const [a, b] = [elementPoints(0.2, 0.4), elementPoints(0.6, 0.5)];
    expect([...points]).toEqual([a[0], b[0], a[1], b[1]]);
  });
});

describe("small physics", () => {
  it("entries are -m over Delta; the layer takes differences around the ring", () => {
    const mobility = Float64Array.of(1, 2, 4);
    expect([...operatorEntries(mobility)]).toEqual([-3, -6, -12]);
    // W = diag(1, 10, 100): fluxes -3 (f1 - f0), -6 (f2 - f1), -12 (f0 - f2).
    const W = independent([1, 0.1, 0.01]);
    expect([...whitenedFluxOperator(W, mobility)].map((v) => v + 0))
      .toEqual([3, -3, 0, 0, 60, -60, -1200, 0, 1200]);
    expect([...whitened(W, [1, 0, -1])]).toEqual([1, 0, -100]);
  });
  it("stated covariances are what is stated, or squares of standard errors", () => {
    const covariance = [4, 1, 1, 9];
    expect(statedCovariance(example(2, { fluxCovariance: covariance })).toMatrix().to1DArray())
      .toEqual(covariance);
    expect(statedCovariance(example(2)).toMatrix().to1DArray()).toEqual([0.25, 0, 0, 2.25]);
    const law = {
      force: { value: () => 0, slope: () => 0 },
      mobility: { value: () => 0, slope: () => 0 },
    };
    const sampling = { flux: [1, 0, 0, 1], cross: [0, 0, 0, 0], field: [0, 0, 0, 0] };
    // Joint covariances without their number of realizations are not enough, nor the number alone.
    for (const more of [{ samplingCovariance: sampling }, { realizations: 9 }]) {
      expect(fluxCovariance(example(2, more), Float64Array.of(1, 1), law).toMatrix().to1DArray())
        .toEqual([0.25, 0, 0, 2.25]);
    }
  });
  it("a covariance that is not positive definite is refused by its profile's name", () => {
    const two = (apart: number) => RingMatrix.from(2, 1, (i, j) => i === j ? 1 : apart);
    expect(decompose(two(0), [0, 1], "some").solve(Matrix.eye(2)).to1DArray()).toEqual([
      1,
      0,
      0,
      1,
    ]);
    expect(() => decompose(two(2), [0, 1], "some"))
      .toThrow(/flux errors of profile some .*too few for its elements, or copies/);
  });
});

describe("Chebyshev polynomials over the densities that occur", () => {
  const at = [[0.4, 0.3], [0.7, 0.5]];
  it("are cosines of multiples of the angle, and their slopes", () => {
    const { values, slopes } = chebyshevBasis(at, 5);
    for (const rho of [0.3, 0.42, 0.55, 0.7]) {
      const x = (rho - 0.5) / 0.2, angle = Math.acos(Math.max(-1, Math.min(1, x)));
      values(rho).forEach((v, k) => expect(v).toBeCloseTo(Math.cos(k * angle), 7));
      expect(values(rho)).toHaveLength(6);
      expect(slopes(rho)).toHaveLength(6);
      slopes(rho).forEach((slope, k) => {
        const d = 1e-6;
        expect(slope).toBeCloseTo((values(rho + d)[k] - values(rho - d)[k]) / (2 * d), 4);
      });
    }
  });
  it("may be of degree 0 or 1, and of a single density", () => {
    expect(chebyshevBasis(at, 0).values(0.6)).toEqual([1]);
    expect(chebyshevBasis(at, 1).values(0.6)[1]).toBeCloseTo(0.5, 12);
    expect(chebyshevBasis([[0.4, 0.4]], 2).values(0.4).every(Number.isFinite)).toBe(true);
  });
  it("have means over densities by a rule that is exact to the 31st power, in any order of the ends", () => {
    const powers = (rho: number) => [1, rho, rho ** 31];
    const [one, linear, high] = meanBetween(powers, 0.9, 0.4);
    expect(one).toBeCloseTo(1, 13);
    expect(linear).toBeCloseTo(0.65, 13);
    expect(high / ((0.9 ** 32 - 0.4 ** 32) / (32 * 0.5))).toBeCloseTo(1, 12);
    expect(meanBetween(powers, 0.5, 0.5)[2]).toBeCloseTo(0.5 ** 31, 20);
  });
  it("a ridge adds a billionth of the mean diagonal", () => {
    const normal = new Matrix([[1e9, 3], [3, 3e9]]);
    ridge(normal);
    expect(normal.to1DArray()).toEqual([1e9 + 2, 3, 3, 3e9 + 2]);
  });
});
