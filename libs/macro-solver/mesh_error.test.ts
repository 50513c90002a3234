import { hatAverages, longRangePressure, solveDiffusion } from "@spiediff/exact-reference";
import { nodalDensity, projectField, ring } from "@spiediff/mesh";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longRange } from "./_exact_law.ts";
import { even, roughDensity } from "./arbitraries.ts";
import { rk4 } from "./butcher_tableau.ts";
import { explicitRungeKutta } from "./explicit_runge_kutta.ts";
import { integrate } from "./integrate.ts";
import { newChecks, newStepCounts } from "./checks.ts";
import { localLaw } from "./local_law.ts";
import { rateEvaluator } from "./rate.ts";
import { rosenbrock2 } from "./rosenbrock2.ts";

const M = 25, POINTS = 200;
const TAU = 2 * Math.PI;

/** Largest error of averages over nodes and times, relative to an initial amplitude of 0.3. */
async function meshError(J: number, initial: (x: number) => number, k: number, stiff = false) {
  const times = [0.002, 0.005, 0.01, 0.02, 0.04].map((t) => t / (k * k));
  const exact = solveDiffusion(longRangePressure(J), 1, initial, times, POINTS)
    .map((values) => hatAverages(values, M));
  let worst = 0, t = 0;
  for await (
    const { state, checks } of integrate({
      law: localLaw(longRange(J), ring(M)),
      initialState: nodalDensity(projectField(initial, M), "lumped"),
      times,
      method: stiff ? rosenbrock2 : explicitRungeKutta(rk4),
      control: { kind: "adaptive", tolerance: stiff ? 1e-7 : 1e-6 },
    })
  ) {
    state.forEach((v, i) => worst = Math.max(worst, Math.abs(v - exact[t][i])));
    expect(checks.lumpedMembers).toBe(0);
    t++;
  }
  return worst / 0.3;
}

const mode = (k: number) => (x: number) => 0.5 + 0.3 * Math.cos(k * TAU * x);
const mixed = (x: number) => 0.45 + 0.2 * Math.cos(TAU * x) + 0.1 * Math.sin(2 * TAU * x + 1);
const smoothedStep = (x: number) => 0.5 + 0.3 * Math.tanh(M * Math.sin(TAU * x) / TAU);
const profiles = [
  { name: "mode 1", k: 1, of: mode(1), bounds: [1e-4, 1e-4, 1e-4] },
  { name: "mode 2", k: 2, of: mode(2), bounds: [1e-4, 1e-4, 1e-4] },
  { name: "modes 1 and 2", k: 1, of: mixed, bounds: [1e-4, 1e-4, 1e-4] },
  // beta J0 = 2 sharpens the profile until 25 averages hardly hold it: inverting every mode of
  // them exactly would still leave 2.5e-4.
  { name: "mode 3", k: 3, of: mode(3), bounds: [3e-4, 3e-4, 5e-4] },
  { name: "a step smoothed over one element", k: 1, of: smoothedStep, bounds: [2e-3, 2e-3, 2e-3] },
];
const cases = [0, 1, 2].flatMap((J) =>
  profiles.map(({ bounds, ...profile }) => ({ J, bound: bounds[J], ...profile }))
);

describe("averages on 25 elements against another solution of the differential equation", () => {
  it.each(cases)("beta J0 = $J, $name: within $bound", async ({ J, k, bound, of }) => {
    expect(await meshError(J, of, k)).toBeLessThan(bound);
  });
  it("by the stiff method too", async () => {
    expect(await meshError(1, mode(1), 1, true)).toBeLessThan(2e-4);
  });
  it.each([
    ["0.001 and 0.999", 0.001, 0.999],
    ["0.3 and 0.7", 0.3, 0.7],
  ])("hard steps between %s survive: inside, falling, nothing lost", async (_, low, high) => {
    for (const J of [0, 1, 2]) {
      for (const method of [explicitRungeKutta(rk4), rosenbrock2]) {
        const initialState = Float64Array.from({ length: M }, (_, i) => i < 12 ? low : high);
        let energy = Infinity;
        for await (
          const { values, checks } of integrate({
            law: localLaw(longRange(J), ring(M)),
            initialState,
            times: [1e-6, 1e-4, 1e-3, 0.01, 0.1],
            method,
            control: { kind: "adaptive", tolerance: 1e-6 },
          })
        ) {
          expect(values["free energy"][0]).toBeLessThanOrEqual(energy);
          energy = values["free energy"][0];
          expect(checks.violation.mass).toBeLessThan(1e-12);
          expect(checks.least[0]).toBeGreaterThan(0);
          expect(checks.greatest[0]).toBeLessThan(1);
          expect(checks.violation["free energy"]).toBeLessThan(1e-13);
        }
      }
    }
  });
});

describe("fluxes from reconstructed densities", () => {
  /** `dF/dt` of the averages' F over the sum of its elements' sizes: -1 where each lowers it. */
  async function share(J: number, averages: Float64Array): Promise<number> {
    const law = localLaw(longRange(J), ring(averages.length));
    const evaluator = rateEvaluator(law, newChecks(law), newStepCounts());
    const point = evaluator.newPoint();
    point.state.set(averages);
    await evaluator.evaluate(point, 0);
    const { mobility, drivingForce } = point.values;
    const n = averages.length;
    let sum = 0, size = 0;
    for (let e = 0; e < n; e++) {
      const right = (e + 1) % n;
      const { drivingForce: f } = longRange(J);
      const change = -mobility[e] * (drivingForce[right] - drivingForce[e]) *
        (f(averages[right]) - f(averages[e]));
      sum += change;
      size += Math.abs(change);
    }
    return size === 0 ? -1 : sum / size;
  }

  it("lower the free energy of the averages of any profile where f is convex", async () => {
    const strength = even(0, 3.9);
    const sizes = fc.constantFrom(3, 5, 9, 25).chain(roughDensity);
    await fc.assert(
      fc.asyncProperty(strength, sizes, async (J, averages) => {
        // The worst that 36 searches uphill from random profiles found is -0.52, at beta J0 = 3.9.
        expect(await share(J, averages)).toBeLessThan(-0.4);
      }),
      { numRuns: 300 },
    );
  });
  it.each([explicitRungeKutta(rk4), rosenbrock2])(
    "may raise it where f is not convex; members go on with averages alone: $name",
    async (method) => {
      const rough = (i: number) => 0.5 + 0.3 * Math.sin(9 * i * i * TAU / M + 0.1);
      let lumped = 0;
      for await (
        const { checks } of integrate({
          law: localLaw(longRange(4.5), ring(M)),
          initialState: Float64Array.from({ length: M }, (_, i) => rough(i)),
          times: [1e-4, 1e-3, 0.02],
          method,
          control: { kind: "adaptive", tolerance: 1e-6 },
        })
      ) {
        expect(checks.violation["free energy"]).toBeLessThan(1e-13);
        lumped = checks.lumpedMembers;
      }
      expect(lumped).toBe(1);
    },
  );
});
