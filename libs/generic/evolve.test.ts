import { describe, expect, it } from "vitest";
import { ringFields, solveOscillatorRing } from "@spiediff/exact-reference";
import { exactLaw, ring } from "./_laws.ts";
import { discreteGradient } from "./discrete_gradient.ts";
import { type Evolution, evolve } from "./evolve.ts";
import { nodeColours, rateJacobian } from "./rate_jacobian.ts";
import { rateAt } from "./rate.ts";
import { classicalRungeKutta } from "./stepper.ts";

const wave = (k: number, phase = 0) => (x: number) => Math.cos(2 * Math.PI * k * x + phase);
const profile = {
  stretch: (x: number) => 0.4 + 0.2 * wave(1)(x),
  momentum: (x: number) => 0.4 * Math.sin(2 * Math.PI * x),
  temperature: (x: number) => 1 + 0.25 * wave(1, 1)(x),
};
const noise = { resampling: 0.01, exchange: 0.04 };
const startOn = (nodes: number) => {
  const { stretch, momentum, energy } = ringFields(ring, profile, nodes);
  return new Float64Array([...stretch, ...momentum, ...energy]);
};
const last = (evolution: Evolution) => [...evolve(evolution)].at(-1)!;
const methods = [discreteGradient, classicalRungeKutta];

describe.each(methods)("$name", (method) => {
  it("keeps energy, stretch and momentum to rounding, while S rises", () => {
    const { checks, entropy } = last({
      law: exactLaw(noise),
      start: startOn(15),
      times: [0, 0.1],
      step: 4e-3,
      method,
    });
    expect(checks.energy).toBeLessThan(1e-13);
    expect(checks.stretch).toBeLessThan(1e-13);
    expect(checks.momentum).toBeLessThan(1e-13);
    expect(checks.entropyFall).toBe(0);
    expect(checks.halved).toBe(0);
    expect(checks.steps).toBe(25);
    const before = last({ law: exactLaw(noise), start: startOn(15), times: [0], step: 1 }).entropy;
    expect(entropy - before).toBeGreaterThan(1e-3);
  });

  it("follows the spectral solution", () => {
    const n = 24, times = [0.1];
    const { state } = last({ law: exactLaw(noise), start: startOn(n), times, step: 5e-3, method });
    const [exact] = solveOscillatorRing(ring, noise, profile, times, {
      gridPoints: 48,
      step: 2e-3,
    });
    [exact.stretch, exact.momentum, exact.energy].forEach((field, f) => {
      const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
      const points = [...field].filter((_, i) => i % 2 === 0),
        initial = [...startOn(n)]
          .slice(f * n, (f + 1) * n);
      const error = mean(points.map((v, i) => (v - state[f * n + i]) ** 2));
      const spread = mean(initial.map((v) => (v - mean(initial)) ** 2));
      expect(Math.sqrt(error / spread)).toBeLessThan(0.005);
    });
  });
});

it("changes S by rounding without dissipation, where Runge-Kutta loses some", () => {
  const change = (method: Evolution["method"]) => {
    const law = exactLaw({ resampling: 0, exchange: 0 });
    const path = [
      ...evolve({ law, start: startOn(10), times: [0, 0.02, 0.2], step: 0.02, method }),
    ];
    return { drift: Math.abs(path[2].entropy - path[0].entropy), checks: path[2].checks };
  };
  const exact = change(discreteGradient), other = change(classicalRungeKutta);
  expect(exact.drift).toBeLessThan(1e-13);
  expect(exact.checks.halved).toBe(0);
  expect(other.drift).toBeGreaterThan(1e-10);
});

it("is of second order, Runge-Kutta of fourth", () => {
  const at = (method: Evolution["method"], step: number) =>
    last({ law: exactLaw(noise), start: startOn(8), times: [0.16], step, method }).state;
  const order = (method: Evolution["method"], coarse: number) => {
    const [a, b, c] = [coarse, coarse / 2, coarse / 4].map((step) => at(method, step));
    const apart = (x: Float64Array, y: Float64Array) => Math.hypot(...x.map((v, k) => v - y[k]));
    return Math.log2(apart(a, b) / apart(b, c));
  };
  expect(order(discreteGradient, 0.02)).toBeCloseTo(2, 1);
  expect(Math.abs(order(classicalRungeKutta, 0.04) - 4)).toBeLessThan(0.5);
});

it("halves steps that lead out of the domain, and gives up where no step leads on", () => {
  const law = exactLaw(noise), start = startOn(10);
  const { checks } = last({ law, start, times: [0.5], step: 0.5 });
  expect(checks.halved).toBeGreaterThan(0);
  expect(checks.energy).toBeLessThan(1e-13);
  const shrinking = {
    ...law,
    entropy: { ...law.entropy, inside: (r: number, u: number) => u < 4 && start.includes(r) },
  };
  // Means of two nodes' stretches are none of them.
  expect(() => last({ law: shrinking, start, times: [1], step: 1 })).toThrow("outside");
  const still = start.slice();
  still.fill(start[0], 0, 10).fill(0, 10, 20).fill(start[20], 20);
  const wall = { ...law, entropy: { ...law.entropy, inside: (r: number) => r === still[0] } };
  const pushed = still.slice();
  pushed[12] = 0.1;
  expect(() => last({ law: wall, start: pushed, times: [1], step: 1 })).toThrow("No step of");
});

it("leaves a uniform state as it is", () => {
  const start = startOn(5);
  for (let field = 0; field < 3; field++) start.fill(start[5 * field], 5 * field, 5 * field + 5);
  const { state, checks } = last({ law: exactLaw(), start, times: [1], step: 0.5 });
  state.forEach((v, k) => expect(v).toBeCloseTo(start[k], 13));
  expect(checks.steps).toBe(2);
});

it("refuses bad arguments by name", () => {
  const good = { law: exactLaw(), start: startOn(8), times: [0.1], step: 0.1 };
  expect(() => last({ ...good, step: 0 })).toThrow("step must be positive, not 0.");
  expect(() => last({ ...good, times: [0.2, 0.1] })).toThrow("number 1 is 0.1.");
  expect(() => last({ ...good, start: startOn(4) })).toThrow("at least five nodes, not 12 values.");
});

describe("the Jacobian of the rate", () => {
  it.each([5, 6, 11, 25])("has colours that never meet on %d nodes", (nodes) => {
    const colours = nodeColours(nodes);
    colours.forEach((c, i) => {
      for (let d = 1; d <= 6 && d < nodes - d; d++) expect(colours[(i + d) % nodes]).not.toBe(c);
    });
  });

  it("is that of the rate", () => {
    const law = exactLaw(), z = startOn(11), h = 1e-5;
    const v = z.map((_, k) => Math.sin(7 * k));
    const at = (sign: number) => {
      const out = new Float64Array(33);
      rateAt(law, z.map((x, k) => x + sign * h * v[k]), out);
      return out;
    };
    const [forth, back] = [at(1), at(-1)];
    rateJacobian(law, z).forEach((row, k) => {
      const product = row.reduce((sum, j, l) => sum + j * v[l], 0);
      expect(product).toBeCloseTo((forth[k] - back[k]) / (2 * h), 3);
    });
  });
});

describe("what is noted on the way", () => {
  const law = exactLaw(), start = startOn(6);
  /** Moves on by adding a rate to each field, whatever the law says. */
  const pushing = (
    rates: readonly number[],
    accepted = (_h: number) => true,
  ): Evolution["method"] => ({
    name: "pushing",
    bind: (_, nodes) => (state, h, next) => {
      state.forEach((v, k) => next[k] = v + h * rates[Math.floor(k / nodes)]);
      return accepted(h);
    },
  });
  const evolved = (method: Evolution["method"]) =>
    last({ law, start, times: [0.01, 0.03], step: 0.01, method });
  it("is the largest change of each conserved mean over the mean size of its values", () => {
    const size = (field: number) =>
      start.slice(6 * field, 6 * field + 6).reduce((sum, v) => sum + Math.abs(v), 0) / 6;
    for (const [field, name] of (["stretch", "momentum"] as const).entries()) {
      const rates = [0, 0, 0].with(field, -1e-9).with(2, 1e-3);
      const { checks } = evolved(pushing(rates));
      expect(checks[name] / (0.03e-9 / size(field))).toBeCloseTo(1, 5);
      expect(checks.energy).toBeCloseTo(0.03e-3 / size(2), 10);
      expect([checks.steps, checks.halved]).toEqual([3, 0]);
    }
    // Back to where it was: the largest counts, not the last.
    let sign = 1;
    const { checks } = last({
      ...{ law, start, times: [0.01, 0.02], step: 0.01 },
      method: {
        name: "to and fro",
        bind: (_, nodes) => (state, _h, next) => {
          state.forEach((v, k) => next[k] = v + (Math.floor(k / nodes) === 2 ? sign * 1e-14 : 0));
          sign = -sign;
          return true;
        },
      },
    });
    expect(checks.energy).toBeGreaterThan(0);
    expect(checks.entropyFall).toBeGreaterThanOrEqual(0);
    expect(checks.entropyFall).toBeLessThan(1e-13);
  });
  it("is each halving; a step that no halving saves is named with the time that was reached", () => {
    const { checks } = evolved(pushing([0, 0, 1e-3], (h) => h < 0.006));
    expect([checks.steps, checks.halved]).toEqual([6, 3]);
    expect(() => [...evolve({ law, start, times: [0.04], step: 0.01, method: stopping() })])
      .toThrow(/^No step of 9\.53\d*e-9 or more leads on from the time 0\.02\.$/);
  });
  /** Succeeds twice, and never again. */
  const stopping = (): Evolution["method"] => {
    let left = 2;
    return pushing([0, 0, 1e-3], () => left-- > 0);
  };
});
