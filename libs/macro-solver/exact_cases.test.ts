/** The parts of the solver by numbers that can be worked out by hand. */
import { exclusionDensity, freeEnergyOf, type Law, massOf, type Term } from "@spiediff/law";
import { ring } from "@spiediff/mesh";
import { describe, expect, it } from "vitest";
import { checkStepControl, checkTimes, equalSteps } from "./arguments.ts";
import {
  copyOf,
  largestDrift,
  newChecks,
  newStepCounts,
  recordRange,
  roundingOf,
  worstChange,
} from "./checks.ts";
import { bogackiShampine, type ButcherTableau, heun, rk4 } from "./butcher_tableau.ts";
import { explicitRungeKutta } from "./explicit_runge_kutta.ts";
import { lumpedFreeEnergy } from "./free_energy.ts";
import { integrate } from "./integrate.ts";
import { type LocalLaw, localLaw } from "./local_law.ts";
import type { Method, Point } from "./method.ts";
import { Pace } from "./pace.ts";
import { pairMean, pairQuotient } from "./pair_mean.ts";
import type { Problem } from "./problem.ts";
import { placeOf } from "./projection.ts";
import { rateEvaluator } from "./rate.ts";
import { stepUnderflow } from "./refusal.ts";
import { isStationary } from "./stationary.ts";
import { firstLength, gradientStiffness, largestDecayRate, piController } from "./step_size.ts";

const M = 5;
const mesh = ring(M);
/** `m = 3` and `f = rho^2`: `f'' = 2`. */
const linear: LocalLaw = {
  mobility: () => 3,
  freeEnergy: (r) => r * r,
  drivingForce: (r) => 2 * r,
  curvature: () => 2,
};
const pointOf = async (law: Law, state: Float64Array): Promise<Point> => {
  const evaluator = rateEvaluator(law, newChecks(law), newStepCounts());
  const point = evaluator.newPoint();
  point.state.set(state);
  // Averages stand for point values, so that rates can be worked out by hand.
  evaluator.lumped.fill(1);
  await evaluator.evaluate(point, 0);
  return point;
};
const near = (actual: ArrayLike<number>, expected: ArrayLike<number>, digits = 12) => {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(actual[i]).toBeCloseTo(expected[i], digits);
};
const state = Float64Array.of(0.5, 0.6, 0.4, 0.2, 0.3);

describe("rates", () => {
  /** `M (flux into i - flux out of it)` of fluxes over elements. */
  const inflow = (flux: readonly number[]) =>
    flux.map((_, i) => M * (flux[(i + M - 1) % M] - flux[i]));
  const steps = [0.1, -0.2, -0.2, 0.1, 0.2];
  const laplacian = inflow(steps.map((s) => -M * s));

  it("are fluxes -m f'' d rho / Delta, and with a force m E beside them", async () => {
    near((await pointOf(localLaw(linear, mesh), state)).rate, inflow(steps.map((s) => -M * 6 * s)));
    const drift = await pointOf(localLaw({ ...linear, drift: [0.7] }, mesh), state);
    near(drift.rate, inflow(steps.map((s) => -M * 6 * s + 3 * 0.7)));
    const members = await pointOf(
      localLaw(linear, mesh, 2),
      Float64Array.of(...state, ...state.toReversed()),
    );
    near(members.rate.subarray(0, M), inflow(steps.map((s) => -M * 6 * s)));
    near(members.rate.subarray(M).toReversed(), inflow(steps.map((s) => -M * 6 * s)));
  });

  it("of a gradient energy: f' - kappa lap rho, and mobilities by exp(-a lap rho) of the pair's mean", async () => {
    const kappa = 0.01, mobilityExponent = 0.02;
    const force = state.map((r, i) => 2 * r - kappa * laplacian[i]);
    const jumps = steps.map((_, e) => force[(e + 1) % M] - force[e]);
    const plain = localLaw({ ...linear, gradientEnergy: { kappa, mobilityExponent: 0 } }, mesh);
    near((await pointOf(plain, state)).rate, inflow(jumps.map((j) => -M * 3 * j)), 10);
    const scaled = localLaw({ ...linear, gradientEnergy: { kappa, mobilityExponent } }, mesh);
    const mean = steps.map((_, e) => (laplacian[e] + laplacian[(e + 1) % M]) / 2);
    const flux = jumps.map((j, e) => -M * 3 * j * Math.exp(-mobilityExponent * mean[e]));
    near((await pointOf(scaled, state)).rate, inflow(flux), 10);
  });

  it("without dissipation are those of the force alone; several forces add up", async () => {
    const law = localLaw({ ...linear, mobility: (r) => r }, mesh);
    const terms: Term[] = [{ kind: "drift", strength: [[2]] }, { kind: "drift", strength: [[3]] }];
    const { rate, values } = await pointOf({ ...law, terms }, state);
    near(rate, inflow([...values.mobility].map((m) => 5 * m)));
  });

  it("count evaluations, operators and what was projected", async () => {
    const law: Law = {
      ...localLaw(linear, mesh, 2),
      evaluate: (_nodes, _time, out) => void out.mobility.fill(1).set([-1, -2], 3),
    };
    const checks = newChecks(law), steps = newStepCounts();
    const evaluator = rateEvaluator(law, checks, steps);
    const point = evaluator.newPoint();
    point.state.fill(0.5);
    for (let k = 0; k < 3; k++) await evaluator.evaluate(point, 0);
    expect(checks).toMatchObject({ projections: 6, operatorsChecked: 6, operatorsNotPSD: 0 });
    expect(steps.lawEvaluations).toBe(3);
  });
});

describe("lengths of steps", () => {
  it("are bounded by the fastest wave: 4 m f'' / Delta^2, more by reconstruction and gradient energy", async () => {
    const rate = 4 * 3 * 2 * M * M;
    const law = localLaw(linear, mesh);
    const { values } = await pointOf(law, state);
    expect(largestDecayRate(law, values)).toBeCloseTo(rate * mesh.largestAmplification, 8);
    // |kappa| (2 / Delta)^2 beside f'' = 2, whatever the sign of kappa or of f''.
    for (const kappa of [0.01, -0.01]) {
      const bent = localLaw({ ...linear, gradientEnergy: { kappa, mobilityExponent: 0 } }, mesh);
      expect(gradientStiffness(bent)).toBeCloseTo(0.01 * 4 * M * M, 10);
      expect(largestDecayRate(bent, values))
        .toBeCloseTo(rate * mesh.largestAmplification * (2 + 1) / 2, 8);
    }
    expect(gradientStiffness(law)).toBe(0);
    const concave = { ...values, curvature: values.curvature.map((v) => -v) };
    expect(largestDecayRate(law, concave)).toBe(largestDecayRate(law, values));
  });

  it("of the fastest member and node count", async () => {
    const law = localLaw(linear, mesh, 2);
    const { values } = await pointOf(law, Float64Array.of(...state, ...state));
    const slow = largestDecayRate(law, values);
    // One pair of the second member ten times as mobile: its nodes have 3 + 30 for 3 + 3.
    values.mobility[M + 2] *= 10;
    expect(largestDecayRate(law, values)).toBeCloseTo(slow * 33 / 6, 8);
    values.curvature[M + 4] *= 100;
    expect(largestDecayRate(law, values)).toBeCloseTo(slow * 100, 8);
  });

  it("by which no value moves more than a hundredth of its room, at first", () => {
    const law = localLaw(linear, mesh);
    const first = (rates: number[]) =>
      firstLength(law, { state, rate: Float64Array.from(rates) } as Point);
    expect(first([0, 0, 0, 0, 0])).toBe(1e-3);
    expect(first([100, 0, 0, 0, 0])).toBeCloseTo(0.01 * 0.5 / 100, 15);
    expect(first([0, -100, 0, 0, 0])).toBeCloseTo(0.01 * 0.4 / 100, 15);
    expect(first([-100, 0, 0, 90, 0])).toBeCloseTo(0.01 * 0.2 / 90, 15);
    // Of several fields each has its own domain.
    const fields = [exclusionDensity, { ...exclusionDensity, high: 0.4 }];
    const two = { ...law, fields };
    const both = {
      state: new Float64Array(10).fill(0.3),
      rate: new Float64Array(10).fill(10),
    } as Point;
    expect(firstLength(two, both)).toBeCloseTo(0.01 * 0.1 / 10, 15);
  });

  it("go by the proportional-integral rule, within 0.2 and 4", () => {
    const control = piController(3), k = 4;
    expect(control.accepted(0.5)).toBeCloseTo(0.9 * 0.5 ** (-0.7 / k), 14);
    expect(control.accepted(0.25)).toBeCloseTo(0.9 * 0.25 ** (-0.7 / k) * 0.5 ** (0.4 / k), 14);
    expect(control.accepted(1)).toBeCloseTo(0.9 * 0.25 ** (0.4 / k), 14);
    expect(control.accepted(0)).toBe(4);
    // What was no error at all counts as 1e-4.
    expect(control.accepted(0.5)).toBeCloseTo(0.9 * 0.5 ** (-0.7 / k) * 1e-4 ** (0.4 / k), 14);
    expect(control.rejected(16)).toBeCloseTo(0.9 / 2, 14);
    expect(control.rejected(1e9)).toBe(0.2);
    expect(control.rejected(1.000001)).toBeLessThanOrEqual(0.9);
    expect(control.rejected(0.1)).toBe(0.9);
    // Errors down to 1e-10 are told apart where the order is high enough not to be clipped.
    const high = piController(19);
    expect(high.accepted(1e-8)).toBeCloseTo(0.9 * 1e-8 ** (-0.7 / 20), 12);
    expect(piController(19).accepted(1e-12)).toBeCloseTo(0.9 * 1e-10 ** (-0.7 / 20), 12);
  });
});

describe("the pace", () => {
  const law = localLaw(linear, mesh);
  const control = { kind: "adaptive", tolerance: 1e-6, initialStep: 1 } as const;
  const stable = 0.95 * rk4.realStability / (4 * 3 * 2 * M * M * mesh.largestAmplification);
  const paceOf = async (change: Partial<Problem> = {}) => {
    const problem: Problem = {
      ...{ law, initialState: state, times: [1], method: explicitRungeKutta(rk4), control },
      ...change,
    };
    const evaluator = rateEvaluator(problem.law, newChecks(law), newStepCounts());
    const point = await pointOf(problem.law, state);
    return { pace: new Pace(problem, evaluator, point), point };
  };

  it("starts as asked, or so that nothing moves far", async () => {
    const asked = await paceOf();
    expect(asked.pace.accurate).toBe(1);
    const fixed = await paceOf({ control: { kind: "fixed", step: 0.3 } });
    expect(fixed.pace.accurate).toBe(0.3);
    const free = await paceOf({ control: { kind: "adaptive", tolerance: 1e-6 } });
    expect(free.pace.accurate).toBe(firstLength(law, free.point));
  });

  it("is held by stability where the curvature is known, or hands over where that pays", async () => {
    const { pace, point } = await paceOf();
    expect(pace.lengthAt(point, 1)).toBeCloseTo(stable, 14);
    expect(pace.accurate).toBe(1);
    const unknown = await paceOf({ law: { ...law, fillsCurvature: false } });
    expect(unknown.pace.lengthAt(unknown.point, 1)).toBe(1);
    const method: Method = { ...explicitRungeKutta(heun), realStability: Infinity };
    const free = await paceOf({ method });
    expect(free.pace.lengthAt(free.point, 1)).toBe(1);
    const stiff: Method = { ...explicitRungeKutta(heun), realStability: Infinity };
    for (
      const [step, left, taken] of [
        [2.001 * stable, 2001 * stable, true],
        [1.999 * stable, 2001 * stable, false],
        [2.001 * stable, 1999 * stable, false],
      ] as const
    ) {
      const { pace, point } = await paceOf({ stiff, control: { ...control, initialStep: step } });
      expect(pace.lengthAt(point, left)).toBeCloseTo(stable, 14);
      // The stiff method starts where the other was held; later it is not held at all.
      expect(pace.accurate).toBeCloseTo(taken ? stable : step, 14);
      pace.accepted(1e9 * pace.accurate, 1e-9);
      expect(pace.lengthAt(point, left) > 10 * stable).toBe(taken);
    }
  });

  it("grows from the step that was taken, and forgets none that an output time cut short", async () => {
    const { pace } = await paceOf();
    const factor = piController(3).accepted(0.5);
    pace.accepted(1, 0.5);
    expect(pace.accurate).toBeCloseTo(factor, 14);
    const cut = await paceOf();
    cut.pace.accepted(0.01, 0.5);
    expect(cut.pace.accurate).toBe(1);
    cut.pace.accepted(0.98, 1e-9);
    expect(cut.pace.accurate).toBeCloseTo(4 * 0.98, 14);
    const whole = await paceOf();
    whole.pace.accepted(0.995, 0.9999);
    expect(whole.pace.accurate).toBeLessThan(0.995);
  });

  it("halves after a step that left its domain or went uphill, and obeys the error after others", async () => {
    const after = async (reason: Parameters<Pace["refused"]>[1]) => {
      const { pace } = await paceOf();
      pace.refused(0.8, reason);
      return pace.accurate;
    };
    expect(await after({ kind: "out-of-bounds", index: 0, value: 2 })).toBe(0.4);
    expect(await after({ kind: "invariant", name: "mass", member: 0, change: 1 })).toBe(0.4);
    expect(await after({ kind: "error", ratio: 16 })).toBeCloseTo(0.8 * 0.9 / 2, 14);
    expect(await after({ kind: "error", ratio: NaN })).toBeCloseTo(0.16, 14);
  });
});

describe("methods", () => {
  it.each([[rk4, 4], [bogackiShampine, 3], [heun, 2]] as [ButcherTableau, number][])(
    "$name meets the conditions of its order and that of its companion",
    ({ a, b, c, embedded, order }, expected) => {
      expect(order).toBe(expected);
      near(a.map((row) => row.reduce((s, v) => s + v, 0)), c);
      const power = (weights: readonly number[], nodes: readonly number[], p: number) =>
        weights.reduce((s, w, i) => s + w * nodes[i] ** p, 0);
      for (let p = 0; p < order; p++) expect(power(b, c, p)).toBeCloseTo(1 / (p + 1), 14);
      // The new point is at c = 1.
      for (let p = 0; p < embedded.order; p++) {
        expect(power(embedded.b, [...c, 1], p)).toBeCloseTo(1 / (p + 1), 14);
      }
    },
  );

  it("are stable as far as they say, and no farther", () => {
    for (const { a, b, realStability } of [rk4, bogackiShampine, heun]) {
      const growth = (z: number) => {
        const k: number[] = [];
        a.forEach((row) => k.push(z * (1 + row.reduce((s, v, j) => s + v * k[j], 0))));
        return Math.abs(1 + b.reduce((s, v, j) => s + v * k[j], 0));
      };
      expect(growth(-0.999 * realStability)).toBeLessThan(1);
      expect(growth(-1.002 * realStability)).toBeGreaterThan(1);
    }
  });
});

describe("records", () => {
  const law: Law = { ...localLaw(linear, mesh), fields: [exclusionDensity, exclusionDensity] };

  it("begin with nothing", () => {
    expect(newChecks(law)).toEqual({
      ...{ violation: { mass: 0, "free energy": 0 }, least: [Infinity, Infinity] },
      ...{ greatest: [-Infinity, -Infinity], operatorsChecked: 0, operatorsNotPSD: 0 },
      ...{ projections: 0, lumpedMembers: 0 },
    });
    expect(newStepCounts()).toEqual({
      ...{ accepted: 0, rejectedForError: 0, rejectedForInvariant: 0, rejectedForBounds: 0 },
      ...{ lawEvaluations: 0, smallestStep: Infinity, largestStep: 0 },
    });
  });

  it("hold each field's own range, and their copies stay as they are", () => {
    const checks = newChecks(law);
    recordRange(checks, law, Float64Array.from({ length: 20 }, (_, n) => n));
    // Rows of five: two fields of two members.
    expect([checks.least, checks.greatest]).toEqual([[0, 5], [14, 19]]);
    const kept = copyOf(checks);
    recordRange(checks, law, new Float64Array(20).fill(7).with(5, 70));
    expect([checks.least, checks.greatest]).toEqual([[0, 5], [14, 70]]);
    checks.violation.mass = 1;
    expect([kept.greatest, kept.violation.mass]).toEqual([[14, 19], 0]);
  });

  it("measure drifts relative to the start, absolute where that is 0", () => {
    const of = (a: number[], b: number[]) =>
      largestDrift(Float64Array.from(a), Float64Array.from(b));
    expect(of([2, -4], [2.5, -3])).toBe(0.25);
    expect(of([-4, 2], [-8, 2])).toBe(1);
    expect(of([0, 2], [0.75, 2])).toBe(0.75);
  });

  it("know the member that went farthest the wrong way", () => {
    const [a, b] = [Float64Array.of(1, 2, 3), Float64Array.of(0, 4, 2)];
    expect(worstChange({ may: "fall" }, a, b)).toEqual({ member: 1, change: 2 });
    expect(worstChange({ may: "rise" }, a, b)).toEqual({ member: 0, change: 1 });
    const worst = worstChange({ may: "fall" }, a, Float64Array.of(5, NaN, 9));
    expect([worst.member, worst.change]).toEqual([1, NaN]);
    expect(roundingOf(Float64Array.of(0.5, -8))).toBe(64 * 8 * Number.EPSILON);
    expect(roundingOf(Float64Array.of(0.5))).toBe(64 * Number.EPSILON);
  });
});

describe("pairs of nodes", () => {
  it("have mobilities weighed by f'' where that is positive, else the plain mean", () => {
    expect(pairMean(1, 4, 3, 1)).toBe((3 + 4) / 4);
    for (const [a, b] of [[0, 1], [1, 0], [-1, 3]]) expect(pairMean(1, 4, a, b)).toBe(2.5);
    expect(pairQuotient(0.1, 6, 2)).toBe(3);
    expect(pairQuotient(-0.1, 6, 2)).toBe(3);
    expect(pairQuotient(1e-5, 6, 2)).toBeUndefined();
    expect(pairQuotient(1.01e-5, 6, 2)).toBe(3);
  });

  it("use the pressure where f is convex between them, and only there", async () => {
    // A pressure that contradicts the mobility shows whether it is asked: f' = 2 rho, P = 10 rho, so 5.
    const withPressure = { ...linear, pressure: (r: number) => 10 * r };
    near(
      (await pointOf(localLaw(withPressure, mesh), state)).values.mobility,
      new Array(M).fill(5),
    );
    const dent = (from: number, to: number) => (r: number) => r > from && r < to ? -1 : 2;
    // Element 1 lies between 0.6 and 0.4: ends, Gauss points (0.442, 0.558) and middle are asked.
    for (
      const [from, to] of [[0.59, 0.61], [0.39, 0.41], [0.44, 0.45], [0.55, 0.56], [0.49, 0.499]]
    ) {
      const curvature = dent(from, to);
      const { values } = await pointOf(localLaw({ ...withPressure, curvature }, mesh), state);
      expect(values.mobility[1]).toBeCloseTo(from === 0.49 ? 5 : 3, 12);
    }
    const middle = localLaw({ ...withPressure, curvature: dent(0.495, 0.505) }, mesh);
    expect((await pointOf(middle, state)).values.mobility[1]).toBe(3);
  });

  it("free energies are Delta times the sum over nodes, of each member", () => {
    const out = new Float64Array(2);
    lumpedFreeEnergy((r) => r * r, Float64Array.of(1, 2, 0, 0, 1, 3, 0, 0, 0, 1), mesh, out);
    near(out, [6 / M, 10 / M], 14);
  });
});

describe("a stationary state", () => {
  const law = { ...localLaw(linear, mesh, 2), drivingForceRounding: 0 };
  const at = async (change: (point: Point) => void, more: Partial<Law> = {}, tolerance = 1e-6) => {
    const point = await pointOf(law, new Float64Array(2 * M).fill(0.5));
    change(point);
    return isStationary({ ...law, ...more }, point, tolerance);
  };

  it("has one driving force everywhere, to f'' times 1e-4 of the tolerance or rounding", async () => {
    expect(await at(() => {})).toBe(true);
    const apart = (by: number) => ({ values }: Point) => void (values.drivingForce[M + 2] += by);
    // f'' is 2.
    expect(await at(apart(1.99e-10))).toBe(true);
    expect(await at(apart(-2.01e-10))).toBe(false);
    expect(await at(apart(2.01e-10), { drivingForceRounding: 1e-11 })).toBe(true);
    expect(await at(apart(1.9e-13), {}, 1e-12)).toBe(true);
    expect(await at(apart(2.2e-13), {}, 1e-12)).toBe(false);
  });

  it("needs a convex f that is known; members may differ", async () => {
    expect(await at(() => {}, { fillsCurvature: false })).toBe(false);
    expect(await at(({ values }) => void (values.curvature[7] = 0))).toBe(false);
    expect(await at(({ values }) => void values.drivingForce.fill(9, M))).toBe(true);
    // The softest node counts.
    const soft = ({ values }: Point) => {
      values.drivingForce[1] += 1.5e-10;
      values.curvature[3] = 1;
    };
    expect(await at(soft)).toBe(false);
  });
});

describe("times and steps", () => {
  it("rise from the start on, the first may be the start", () => {
    expect(() => checkTimes([0.5, 1], 0.5)).not.toThrow();
    expect(() => checkTimes([0.4, 1], 0.5)).toThrow(/times\[0\] is 0\.4; .* rise from 0\.5 on/);
    expect(() => checkTimes([0.5, 0.5], 0)).toThrow(/times\[1\]/);
    expect(() => checkTimes([0.5, 0.6, Infinity], 0)).toThrow(/times\[2\]/);
    expect(() => checkTimes([], 0)).toThrow(/at least one/);
  });

  it("are equal steps that reach each time, slivers apart", () => {
    expect([equalSteps(0, 1, 0.25), equalSteps(0, 1, 0.3), equalSteps(0, 1, 5)]).toEqual([4, 4, 1]);
    expect([equalSteps(1, 1, 0.1), equalSteps(0, 0.3, 0.1), equalSteps(1, 2, 0.4)]).toEqual([
      0,
      3,
      3,
    ]);
    const fixed = (step: number) => ({ kind: "fixed", step }) as const;
    expect(() => checkStepControl(fixed(1e-6), [1], 0)).not.toThrow();
    expect(() => checkStepControl(fixed(0.99e-6), [1], 0)).toThrow(
      /1010102 steps .* at least 0\.000001/,
    );
    expect(() => checkStepControl(fixed(0.99e-6), [1], 0.5)).not.toThrow();
    expect(() => checkStepControl(fixed(0.5e-6), [0.2, 0.7], 0.5)).not.toThrow();
    for (const bad of [0, -1, NaN, Infinity]) {
      expect(() => checkStepControl(fixed(bad), [1], 0)).toThrow(/control\.step must be positive/);
      expect(() => checkStepControl({ kind: "adaptive", tolerance: bad }, [1], 0))
        .toThrow(/control\.tolerance must be positive/);
    }
    expect(() => checkStepControl(fixed(-1), [1], 0, { step: "--s", tolerance: "--t" })).toThrow(
      /^--s/,
    );
  });

  it("are recorded: shortest, longest, and how many, to the times themselves", async () => {
    const law = localLaw(linear, mesh);
    const method = explicitRungeKutta(heun);
    const control = { kind: "fixed", step: 4e-4 } as const;
    const samples = [];
    for await (
      const sample of integrate({
        law,
        initialState: state,
        times: [0.001, 0.0012],
        method,
        control,
      })
    ) samples.push(sample);
    expect(samples.map(({ time }) => time)).toEqual([0.001, 0.0012]);
    const { steps, checks } = samples[1];
    // Three of a third of 0.001, then one of 0.0002; two evaluations each, and the start's.
    expect(steps).toMatchObject({ accepted: 4, lawEvaluations: 9, rejectedForError: 0 });
    expect(steps.smallestStep).toBeCloseTo(0.0002, 15);
    expect(steps.largestStep).toBeCloseTo(0.001 / 3, 15);
    expect([checks.least[0], checks.greatest[0]]).toEqual([0.2, 0.6]);
    expect(samples[0].steps.accepted).toBe(3);
  });
});

describe("the cause of a vanishing step", () => {
  const law: Law = {
    ...localLaw(linear, mesh, 2),
    invariants: [massOf({ mesh, fields: [exclusionDensity] }), freeEnergyOf(() => {})],
  };
  const said = async (refusal?: Parameters<typeof stepUnderflow>[4], change = (_: Point) => {}) => {
    const point = await pointOf(law, Float64Array.of(...state, ...state));
    change(point);
    return stepUnderflow(law, point, 2, 1e-9, refusal).message;
  };

  it("is told with its place", async () => {
    expect(await said({ kind: "error", ratio: 3.14159 })).toMatch(
      /^No step down to 1e-9 will do at time 2: the local error stays 3\.14 times/,
    );
    const invariant = { kind: "invariant", name: "free energy", member: 1 } as const;
    expect(await said({ ...invariant, change: 0.5 })).toMatch(
      /the free energy of member 1 rises by 0\.500; its fluxes run uphill/,
    );
    expect(await said({ ...invariant, change: -0.5 })).toMatch(/falls by 0\.500/);
    const leaving = { kind: "out-of-bounds", index: M + 3, value: 1.5 } as const;
    expect(await said(leaving)).toMatch(
      /member 1 leaves \(0, 1\) at node 3, where its density becomes 1\.5; its free energy does not keep/,
    );
    // Of that member the first node that is not convex, where there is one.
    const bend = (at: number) => ({ values }: Point) => void (values.curvature[at] = -1);
    expect(await said(leaving, bend(M + 1))).toMatch(/not convex at density 0\.6, so/);
    expect(await said(leaving, bend(1))).not.toMatch(/not convex/);
    expect(await said(leaving, bend(2 * M - 1))).toMatch(/not convex at density 0\.3, so/);
    expect(await said({ ...invariant, change: 1 }, bend(M))).toMatch(
      /not convex at density 0\.5, so/,
    );
    const fast = ({ rate }: Point) => void (rate[M + 4] = -1e6);
    expect(await said(undefined, fast)).toMatch(
      /the density at node 4, member 1, changes at the rate -1\.00e\+6/,
    );
  });

  it("is of the field, node and member that an index belongs to", () => {
    const fields = [{ ...exclusionDensity, name: "a" }, { ...exclusionDensity, name: "b" }];
    const place = (index: number) => {
      const { field, node, member } = placeOf({ mesh, fields }, index);
      return `${field.name}${node} of ${member}`;
    };
    expect([0, 4, 5, 9, 10, 19].map(place))
      .toEqual(["a0 of 0", "a4 of 0", "b0 of 0", "b4 of 0", "a0 of 1", "b4 of 1"]);
  });
});
