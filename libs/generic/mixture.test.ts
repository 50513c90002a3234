import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { evolveMixture, type MixtureLaw, mixtureLaw, mixtureStep } from "./mod.ts";
import { mixtureRate } from "./mixture_rate.ts";

/** Two species that exclude each other: `M f'' = 1`. */
const stirring: MixtureLaw = mixtureLaw(
  (a, b, out) => {
    const c = 1 - a - b;
    out[0] = a * Math.log(a) + b * Math.log(b) + c * Math.log(c);
    out[1] = Math.log(a / c);
    out[2] = Math.log(b / c);
  },
  (a, b, out) => out.set([a * (1 - a), -a * b, b * (1 - b)]),
  [[0, 1], [0, 1]],
);
const waves = (n: number) =>
  Float64Array.from({ length: 2 * n }, (_, k) => {
    const x = 2 * Math.PI * (k % n) / n;
    return k < n ? 0.3 + 0.15 * Math.cos(x) : 0.35 + 0.2 * Math.cos(x + 2);
  });
const at = (n: number, time: number) =>
  [...evolveMixture({ law: stirring, start: waves(n), times: [time], step: mixtureStep(n, 1) })].at(
    -1,
  )!;

it("follows the heat equation of stirring, to fourth order", () => {
  const errorOf = (n: number) => {
    const { state } = at(n, 0.02), decay = Math.exp(-4 * Math.PI ** 2 * 0.02);
    const exact = waves(n).map((v, k) => {
      const mean = k < n ? 0.3 : 0.35;
      return mean + decay * (v - mean);
    });
    return Math.hypot(...state.map((v, k) => v - exact[k])) / Math.sqrt(n);
  };
  const [coarse, fine] = [errorOf(16), errorOf(32)];
  expect(coarse).toBeLessThan(2e-4);
  expect(Math.abs(Math.log2(coarse / fine) - 4)).toBeLessThan(0.4);
});

it("keeps both sums to rounding while F falls", () => {
  const { checks, entropy } = at(20, 0.03);
  checks.conserved.forEach((change) => expect(change).toBeLessThan(1e-13));
  expect(checks.entropyFall).toBe(0);
  expect(entropy).toBeGreaterThan(at(20, 0).entropy + 1e-3);
});

describe("whatever M and f", () => {
  const n = 9,
    values = fc.array(fc.double({ min: 0.05, max: 0.45, noNaN: true }), {
      minLength: 2 * n,
      maxLength: 2 * n,
    });
  it("moves nothing in sum, and lets F fall", () => {
    fc.assert(fc.property(values, fc.double({ min: -0.9, max: 0.9, noNaN: true }), (z, mixed) => {
      const law = {
        ...stirring,
        mobility: (a: number, b: number, out: Float64Array) =>
          out.set([1 + a, mixed * Math.sqrt((1 + a) * (1 + b)), 1 + b]),
      };
      const state = Float64Array.from(z), rate = state.slice(), force = new Float64Array(2);
      mixtureRate(law, state, rate);
      const size = Math.hypot(...rate);
      for (const field of [0, 1]) {
        const sum = rate.subarray(field * n, (field + 1) * n).reduce((s, v) => s + v, 0);
        expect(Math.abs(sum)).toBeLessThanOrEqual(1e-12 * size);
      }
      let fall = 0;
      for (let i = 0; i < n; i++) {
        law.forces(state[i], state[n + i], force);
        fall -= force[0] * rate[i] + force[1] * rate[n + i];
      }
      expect(fall).toBeGreaterThanOrEqual(-1e-12 * size);
    }));
  });
});

it("refuses steps that leave the simplex, and starts outside of it", () => {
  const n = 10, start = waves(n), times = [0.004];
  // Nearly no vacancies at one node: a step of 40 times the stable length would take more than there are.
  start[3] = 0.6;
  start[n + 3] = 0.39;
  const path = [...evolveMixture({ law: stirring, start, times, step: 40 * mixtureStep(n, 1) })];
  const { state, checks } = path.at(-1)!;
  expect(checks.halved).toBeGreaterThan(0);
  for (let i = 0; i < n; i++) {
    expect(Math.min(state[i], state[n + i], 1 - state[i] - state[n + i])).toBeGreaterThan(0);
  }
  start[3] = 0.7;
  expect(() => [...evolveMixture({ law: stirring, start, times, step: 1e-3 })]).toThrow(
    "start has a node outside of the law's domain.",
  );
});
