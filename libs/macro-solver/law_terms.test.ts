import { exclusionDensity, type Field, freeEnergyOf, type Law, massOf } from "@spiediff/law";
import { ring } from "@spiediff/mesh";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { even, roughDensity } from "./arbitraries.ts";
import { rk4 } from "./butcher_tableau.ts";
import { explicitRungeKutta } from "./explicit_runge_kutta.ts";
import { integrate } from "./integrate.ts";
import { type LocalLaw, localLaw } from "./local_law.ts";
import type { Problem } from "./problem.ts";
import { rosenbrock2 } from "./rosenbrock2.ts";
import type { Sample } from "./types.ts";

const method = explicitRungeKutta(rk4);
const TAU = 2 * Math.PI;

async function last(problem: Problem): Promise<Sample> {
  let sample: Sample | undefined;
  for await (const next of integrate(problem)) sample = next;
  return sample!;
}

/** Particles on a line without interaction: any density, `m = rho`, `f' = ln rho`, `D = 1`. */
const number: Field = {
  name: "number density",
  low: 0,
  high: Infinity,
  ideal: { value: Math.log, slope: (rho) => 1 / rho },
};
const walkers: LocalLaw = {
  field: number,
  mobility: (rho) => rho,
  freeEnergy: (rho) => rho * Math.log(rho) - rho,
  drivingForce: Math.log,
  curvature: (rho) => 1 / rho,
  pressure: (rho) => rho,
};

/** Averages over hats of `mean + amplitude cos(2 pi (x - shift))`. */
const wave = (mean: number, amplitude: number, shift: number, n: number) => {
  const s = Math.PI / n;
  return Float64Array.from(
    { length: n },
    (_, i) => mean + amplitude * (Math.sin(s) / s) ** 2 * Math.cos(TAU * (i / n - shift)),
  );
};
const largestDifference = (a: Float64Array, b: Float64Array) =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);

describe("a field without an upper bound", () => {
  it("diffuses as free particles do, at densities above 1", async () => {
    const { state, checks } = await last({
      law: localLaw(walkers, ring(25)),
      initialState: wave(5, 2, 0.1, 25),
      times: [0.02],
      method,
      control: { kind: "adaptive", tolerance: 1e-9 },
    });
    const exact = wave(5, 2 * Math.exp(-TAU * TAU * 0.02), 0.1, 25);
    expect(largestDifference(state, exact)).toBeLessThan(1e-6);
    expect(checks.greatest[0]).toBeGreaterThan(6.9);
    expect(checks.violation["free energy"]).toBeLessThan(1e-12);
  });
  it("refuses values below its lower bound by its name", async () => {
    const hopeless = last({
      law: localLaw(walkers, ring(9)),
      initialState: new Float64Array(9).fill(2).with(4, -0.1),
      times: [0.1],
      method,
      control: { kind: "adaptive", tolerance: 1e-6 },
    });
    await expect(hopeless).rejects.toThrow(
      /node 4 has the number density -0.1; it must lie strictly between 0 and Infinity/,
    );
  });
});

describe("a uniform force", () => {
  const E = 6;
  const error = async (elements: number) => {
    const time = 0.02;
    const { state, checks, values } = await last({
      law: localLaw({ ...walkers, drift: [E] }, ring(elements)),
      initialState: wave(1, 0.3, 0, elements),
      times: [time],
      method,
      control: { kind: "adaptive", tolerance: 1e-10 },
    });
    expect(checks.violation.mass).toBeLessThan(1e-13);
    // Watched, and no step refused for it.
    expect(checks.violation["free energy"]).toBeUndefined();
    expect(values["free energy"][0]).toBeLessThan(-0.9);
    // d_t rho = rho'' - (rho E)': each wave decays and moves at the speed m'(rho) E = E.
    const exact = wave(1, 0.3 * Math.exp(-TAU * TAU * time), E * time, elements);
    return largestDifference(state, exact);
  };
  it("carries free particles along at its own speed, to second order of the mesh", async () => {
    const [coarse, fine] = [await error(20), await error(40)];
    expect(fine).toBeLessThan(1e-3);
    expect(Math.log2(coarse / fine)).toBeGreaterThan(1.7);
  });
});

describe("two fields that move each other", () => {
  // Ideal mixtures of two kinds with a constant matrix of mobilities: the flux of either is driven by both.
  const elements = 9, mesh = ring(elements);
  const fields: Field[] = ["A", "B"].map((name) => ({ ...exclusionDensity, name }));
  const lawOf = (matrix: readonly [number, number, number], members: number): Law => ({
    mesh,
    fields,
    members,
    terms: [{ kind: "dissipation" }],
    invariants: [
      massOf({ mesh, fields }, 0, "mass of A"),
      massOf({ mesh, fields }, 1, "mass of B"),
      freeEnergyOf((state, out) => {
        const value = (r: number) => r * Math.log(r) + (1 - r) * Math.log(1 - r);
        for (let m = 0; m < members; m++) {
          out[m] = state.subarray(2 * m * elements, 2 * (m + 1) * elements)
            .reduce((sum, r) => sum + value(r) / elements, 0);
        }
      }),
    ],
    fillsCurvature: false,
    drivingForceRounding: 0,
    evaluate(nodes, _time, out) {
      for (let m = 0; m < members; m++) {
        matrix.forEach((entry, k) =>
          out.mobility.fill(entry, (3 * m + k) * elements, (3 * m + k + 1) * elements)
        );
      }
      nodes.forEach((r, n) => out.drivingForce[n] = exclusionDensity.ideal.value(r));
    },
  });
  const problem = (law: Law, initialState: Float64Array): Problem => ({
    law,
    initialState,
    times: [1e-4, 5e-3],
    method,
    control: { kind: "adaptive", tolerance: 1e-4 },
  });

  it("each keep their mass while F falls, for any PSD matrix and profiles", async () => {
    // Entries whose squares underflow would make a matrix that is not PSD in these digits.
    const tiny = fc.double({ min: -1, max: 1, noNaN: true })
      .map((x) => Math.abs(x) < 1e-100 ? 0 : x);
    // Neither field's own may be small beside the entry between them, or the other drives it to its ends in these digits.
    const factors = fc.oneof(
      fc.tuple(tiny, fc.constantFrom(-1, 0, 1), tiny).map(([a, sign, c]) =>
        [a, sign * a, c] as const
      ),
      fc.tuple(even(0.3, 1), even(-1, 1), even(0.3, 1)),
    );
    const states = fc.array(roughDensity(elements), { minLength: 4, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(factors, states, async ([a, b, c], rows) => {
        const matrix = [a * a, a * b, b * b + c * c] as const;
        const state = Float64Array.from(rows.flatMap((row) => [...row]));
        const { checks, steps } = await last(problem(lawOf(matrix, 2), state));
        expect(checks.violation["mass of A"]).toBeLessThan(1e-12);
        expect(checks.violation["mass of B"]).toBeLessThan(1e-12);
        expect(checks.violation["free energy"]).toBeLessThan(1e-12);
        expect(checks.operatorsNotPSD).toBe(0);
        expect(checks.operatorsChecked).toBe(2 * steps.lawEvaluations);
      }),
      { numRuns: 25 },
    );
  });
  it("move one another only by the entry between them", async () => {
    const flat = new Float64Array(elements).fill(0.5);
    const state = Float64Array.from([...flat, ...wave(0.5, 0.3, 0, elements)]);
    const apart = await last(problem(lawOf([1, 0, 1], 1), state));
    expect(largestDifference(apart.state.subarray(0, elements), flat)).toBe(0);
    const together = await last(problem(lawOf([1, 0.5, 1], 1), state));
    expect(largestDifference(together.state.subarray(0, elements), flat)).toBeGreaterThan(0.01);
  });
  it("count matrices that are not PSD, and need an explicit method", async () => {
    const state = new Float64Array(2 * elements).fill(0.5);
    const { checks } = await last(problem(lawOf([1, 2, 1], 1), state));
    expect(checks.operatorsNotPSD).toBe(checks.operatorsChecked);
    await expect(last({ ...problem(lawOf([1, 0, 1], 1), state), method: rosenbrock2 })).rejects
      .toThrow(/needs a law of one field/);
  });
});
