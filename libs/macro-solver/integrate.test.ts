import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { ring } from "@spiediff/mesh";
import { exclusionDensity, freeEnergyOf, type Law, massOf } from "@spiediff/law";
import { even, roughDensity } from "./arbitraries.ts";
import { bogackiShampine, heun, rk4 } from "./butcher_tableau.ts";
import { SolverError } from "./errors.ts";
import { cosineProfile, exclusion, longRange } from "./_exact_law.ts";
import { explicitRungeKutta } from "./explicit_runge_kutta.ts";
import { integrate } from "./integrate.ts";
import { localLaw } from "./local_law.ts";
import type { Method } from "./method.ts";
import type { Problem, StepProgress } from "./problem.ts";
import { rosenbrock2 } from "./rosenbrock2.ts";
import type { Sample } from "./types.ts";

const adaptive = { kind: "adaptive", tolerance: 1e-7 } as const;

async function last(problem: Problem): Promise<Sample> {
  let sample: Sample | undefined;
  for await (const next of integrate(problem)) sample = next;
  return sample!;
}

const largestDifference = (a: Float64Array, b: Float64Array) =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);

describe("order of convergence on the exact long-range operator", () => {
  const law = localLaw(longRange(1), ring(25));
  const base = { law, initialState: cosineProfile(0.5, 0.3, 1, 25), times: [8e-3] };

  const slope = async (method: Method, step: number) => {
    const reference = await last({
      ...base,
      method: explicitRungeKutta(rk4),
      control: { kind: "fixed", step: 1e-5 },
    });
    const errors: number[] = [];
    for (const h of [step, step / 2]) {
      const sample = await last({ ...base, method, control: { kind: "fixed", step: h } });
      errors.push(largestDifference(sample.state, reference.state));
    }
    return Math.log2(errors[0] / errors[1]);
  };

  it("is 4 +- 0.2 for RK4", async () => {
    expect(Math.abs(await slope(explicitRungeKutta(rk4), 4e-4) - 4)).toBeLessThan(0.2);
  });
  it("is 3 +- 0.2 for Bogacki-Shampine", async () => {
    expect(Math.abs(await slope(explicitRungeKutta(bogackiShampine), 4e-4) - 3)).toBeLessThan(0.2);
  });
  it("is 2 +- 0.2 for Heun", async () => {
    expect(Math.abs(await slope(explicitRungeKutta(heun), 2e-4) - 2)).toBeLessThan(0.2);
  });
  it("is 2 +- 0.2 for the stiff method", async () => {
    expect(Math.abs(await slope(rosenbrock2, 4e-4) - 2)).toBeLessThan(0.2);
  });
});

describe("linear diffusion", () => {
  const elements = 25;
  const kappa = 3;
  // m / Delta = kappa and f = rho^2 / 2: averages move by kappa M times second differences of point values.
  const mesh = ring(elements), fields = [exclusionDensity];
  const law: Law = {
    members: 1,
    mesh,
    fields,
    terms: [{ kind: "dissipation" }],
    invariants: [
      massOf({ mesh, fields }),
      freeEnergyOf((density, out) => {
        out[0] = density.reduce((sum, r) => sum + r * r / 2, 0) / elements;
      }),
    ],
    fillsCurvature: true,
    drivingForceRounding: 0,
    evaluate(density, _time, out) {
      out.mobility.fill(kappa / elements);
      out.drivingForce.set(density);
      out.curvature.fill(1);
    },
  };
  const mode = (k: number, t: number) => {
    const s = 4 * Math.sin(Math.PI * k / elements) ** 2;
    // The last term makes waves of three elements exact: (2 pi / 3)^2 / 3 at s = 3.
    const last = (4 * Math.PI ** 2 / 27 - (1 + 3 / 12 + 9 / 90 + 27 / 560)) / 81;
    const rate = kappa * elements * s *
      (1 + s / 12 + s * s / 90 + s ** 3 / 560 + last * s ** 4);
    return Float64Array.from(
      { length: elements },
      (_, i) => 0.5 + 0.2 * Math.exp(-rate * t) * Math.cos(2 * Math.PI * k * i / elements),
    );
  };

  it.each([1, 3])("decays mode %i as the discrete operator does, to 1e-10", async (k) => {
    const times = [0.01, 0.04];
    let n = 0;
    for await (
      const sample of integrate({
        law,
        initialState: mode(k, 0),
        times,
        method: explicitRungeKutta(rk4),
        control: { kind: "adaptive", tolerance: 1e-13 },
      })
    ) {
      expect(sample.time).toBe(times[n]);
      expect(largestDifference(sample.state, mode(k, times[n]))).toBeLessThan(1e-10);
      n++;
    }
    expect(n).toBe(2);
  });

  it("goes to equilibrium with large steps by the stiff method", async () => {
    const sample = await last({
      law,
      initialState: mode(1, 0),
      times: [100],
      method: rosenbrock2,
      control: { kind: "adaptive", tolerance: 1e-6 },
    });
    expect(largestDifference(sample.state, new Float64Array(elements).fill(0.5)))
      .toBeLessThan(1e-6);
    expect(sample.steps.accepted).toBeLessThan(2000);
    expect(sample.steps.largestStep).toBeGreaterThan(1);
  });
});

describe("agreement with an independent solution of the differential equation", () => {
  /** d_t rho = d_x(m f'' d_x rho) on a fine grid by explicit finite volumes. */
  const fineGrid = (
    D: (r: number) => number,
    initial: (x: number) => number,
    cells: number,
    time: number,
  ) => {
    let rho = Float64Array.from({ length: cells }, (_, i) => initial(i / cells));
    const steps = Math.ceil(time * cells * cells * 2.5 * 1.2);
    const factor = time / steps * cells * cells;
    for (let n = 0; n < steps; n++) {
      const next = new Float64Array(cells);
      for (let i = 0; i < cells; i++) {
        const r = rho[(i + 1) % cells];
        const l = rho[(i + cells - 1) % cells];
        next[i] = rho[i] + factor *
            (D((rho[i] + r) / 2) * (r - rho[i]) - D((rho[i] + l) / 2) * (rho[i] - l));
      }
      rho = next;
    }
    return rho;
  };
  /** Averages of a fine field over the coarse hat functions. */
  const hatAverage = (fine: Float64Array, elements: number) => {
    const ratio = fine.length / elements;
    return Float64Array.from({ length: elements }, (_, i) => {
      let sum = 0;
      for (let j = -ratio + 1; j < ratio; j++) {
        sum += (1 - Math.abs(j) / ratio) * fine[(i * ratio + j + fine.length) % fine.length];
      }
      return sum / ratio;
    });
  };
  const relativeL2 = (a: Float64Array, b: Float64Array) =>
    Math.hypot(...a.map((v, i) => v - b[i])) / Math.hypot(...b);

  const cases = [
    { name: "SSEP", J0: 0, k: 1, mean: 0.5, amplitude: 0.3 },
    { name: "LRM, beta J0 = 1", J0: 1, k: 1, mean: 0.5, amplitude: 0.3 },
    { name: "LRM, beta J0 = 2, mode 2", J0: 2, k: 2, mean: 0.4, amplitude: 0.2 },
  ];
  it.each(cases)("$name within 0.5 % at all times", async ({ J0, k, mean, amplitude }) => {
    const form = longRange(J0);
    const times = [0.002, 0.01, 0.03];
    const law = localLaw(form, ring(25));
    const initial = (x: number) => mean + amplitude * Math.cos(2 * Math.PI * k * x);
    const D = (r: number) => form.mobility(r) * form.curvature(r);
    let n = 0;
    for await (
      const sample of integrate({
        law,
        initialState: cosineProfile(mean, amplitude, k, 25),
        times,
        method: explicitRungeKutta(rk4),
        control: adaptive,
      })
    ) {
      const fine = hatAverage(fineGrid(D, initial, 200, times[n++]), 25);
      expect(relativeL2(sample.state, fine)).toBeLessThan(0.005);
    }
  });

  it("the stiff method with 200 elements agrees with RK4 with 25 where both are smooth", async () => {
    const problem = (elements: number) => ({
      law: localLaw(longRange(1), ring(elements)),
      initialState: cosineProfile(0.5, 0.3, 1, elements),
      times: [0.02],
    });
    const fine = await last({
      ...problem(200),
      method: rosenbrock2,
      control: { kind: "adaptive", tolerance: 1e-5 },
    });
    const coarse = await last({
      ...problem(25),
      method: explicitRungeKutta(rk4),
      control: adaptive,
    });
    expect(relativeL2(hatAverage(fine.state, 25), coarse.state)).toBeLessThan(0.005);
    expect(fine.checks.violation.mass).toBeLessThan(1e-12);
    expect(fine.steps.accepted).toBeLessThan(400);
  });
});

describe("invariants for arbitrary rough profiles", () => {
  const methods = [explicitRungeKutta(rk4), rosenbrock2];
  it.each(methods)("hold for $name", async (method) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(roughDensity(9), { minLength: 1, maxLength: 3 }),
        even(0, 3.5),
        async (profiles, J0) => {
          const members = profiles.length;
          const initialState = Float64Array.from(profiles.flatMap((p) => [...p]));
          const problem: Problem = {
            law: localLaw(longRange(J0), ring(9), members),
            initialState,
            times: [1e-4, 3e-3, 0.05],
            method,
            control: { kind: "adaptive", tolerance: 1e-4 },
          };
          let previous: Float64Array | undefined;
          for await (const sample of integrate(problem)) {
            const { checks } = sample;
            expect(checks.violation.mass).toBeLessThan(1e-12);
            expect(checks.violation["free energy"]).toBeLessThan(1e-13);
            expect(checks.least[0]).toBeGreaterThan(0);
            expect(checks.greatest[0]).toBeLessThan(1);
            expect(checks.operatorsNotPSD).toBe(0);
            expect(checks.projections).toBe(0);
            expect(checks.operatorsChecked).toBe(sample.steps.lawEvaluations * members);
            sample.values["free energy"].forEach((F, m) => {
              // Each step may round F by 64 units of its last place.
              const rounding = 64 * Number.EPSILON * sample.steps.accepted;
              if (previous) expect(F).toBeLessThanOrEqual(previous[m] + rounding);
            });
            previous = sample.values["free energy"];
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("long times", () => {
  const times = [0.01, 1, 1e3, 1e6];
  const long = (change: Partial<Problem> = {}): Problem => ({
    law: localLaw(longRange(1), ring(25), 2),
    initialState: Float64Array.from([
      ...cosineProfile(0.5, 0.3, 1, 25),
      ...cosineProfile(0.3, 0.1, 2, 25),
    ]),
    times,
    method: explicitRungeKutta(rk4),
    stiff: rosenbrock2,
    control: adaptive,
    ...change,
  });
  const all = async (problem: Problem) => {
    const samples: Sample[] = [];
    for await (const sample of integrate(problem)) samples.push(sample);
    return samples;
  };

  it.each([
    ["RK4 alone", long({ stiff: undefined })],
    ["RK4 and the stiff method", long()],
    ["the stiff method", long({ method: rosenbrock2 })],
  ])("end in a stationary state, which fills what remains: %s", async (_, problem) => {
    const samples = await all(problem);
    const [, , third, fourth] = samples;
    expect(samples.map(({ time }) => time)).toEqual(times);
    expect(samples[0].stationaryFrom).toBeNull();
    expect(third.stationaryFrom!).toBeLessThan(30);
    expect(fourth.state).toEqual(third.state);
    expect(fourth.steps).toEqual(third.steps);
    expect(third.steps.accepted).toBeLessThan(3000);
    const flat = Float64Array.from({ length: 50 }, (_, n) => n < 25 ? 0.5 : 0.3);
    // The state differs from rest by what is left of the slowest mode: 1e-4 of the tolerance.
    expect(largestDifference(fourth.state, flat)).toBeLessThan(1e-4 * 1e-7);
  });

  it("take far fewer steps once the stiff method has taken over, and early times stay as they were", async () => {
    const [explicit, both] = [await all(long({ stiff: undefined })), await all(long())];
    expect(both[3].steps.accepted).toBeLessThan(explicit[3].steps.accepted);
    expect(largestDifference(both[0].state, explicit[0].state)).toBeLessThan(1e-5);
    expect(largestDifference(both[1].state, explicit[1].state)).toBeLessThan(1e-5);
    for (const { checks } of both) {
      expect(checks.violation["free energy"]).toBeLessThan(1e-13);
      expect(checks.violation.mass).toBeLessThan(1e-12);
    }
  });

  it("do not call a state at rest stationary where f is not convex", async () => {
    // beta J0 = 5: at density 0.5 f'' = 4 - 5 < 0, so that the smallest disturbance grows.
    const initialState = new Float64Array(25).fill(0.5);
    const [sample] = await all(
      long({ law: localLaw(longRange(5), ring(25)), initialState, times: [0.01] }),
    );
    expect(sample.stationaryFrom).toBeNull();
    expect(sample.steps.accepted).toBeGreaterThan(0);
  });

  it("say how far they are: steps, and those to come", async () => {
    const seen: StepProgress[] = [];
    await all(long({ times: [0.02], onStep: (progress) => seen.push(progress) }));
    expect(seen.map(({ done }) => done)).toEqual(seen.map((_, i) => i + 1));
    expect(seen.at(-1)).toMatchObject({
      time: 0.02,
      end: 0.02,
      done: seen.length,
      total: seen.length,
    });
    expect(seen[0].total).toBeGreaterThan(seen[0].done);
  });
});

describe("what goes wrong is said", () => {
  const base: Problem = {
    law: localLaw(exclusion, ring(9)),
    initialState: cosineProfile(0.5, 0.3, 1, 9),
    times: [0.01],
    method: explicitRungeKutta(rk4),
    control: adaptive,
  };
  const withMobility = (value: number): Law => ({
    ...base.law,
    fillsCurvature: false,
    evaluate(density, time, out) {
      base.law.evaluate(density, time, out);
      out.mobility[3] = value;
    },
  });

  it("a law that is not a number", async () => {
    await expect(last({ ...base, law: withMobility(NaN) })).rejects
      .toThrow(/mobility between the nodes 3 and 4, member 0, is NaN/);
  });
  it("negative mobilities are projected and counted, and the run stays dissipative", async () => {
    const sample = await last({ ...base, law: withMobility(-0.5) });
    expect(sample.checks.projections).toBe(sample.steps.lawEvaluations);
    expect(sample.checks.operatorsNotPSD).toBe(0);
    expect(sample.checks.violation["free energy"]).toBeLessThan(1e-13);
  });
  it("a law that no step can follow", async () => {
    const hopeless = last({ ...base, law: withMobility(1e24) });
    await expect(hopeless).rejects.toThrow(SolverError);
    await expect(hopeless).rejects.toMatchObject({ reason: "step-underflow" });
    await expect(hopeless).rejects.toThrow(
      /at node \d, member 0, changes at the rate .*too large to follow/,
    );
  });
  it("a fixed step that is too long", async () => {
    const rough = Float64Array.from([0.02, 0.98, 0.02, 0.98, 0.02, 0.98, 0.02, 0.98, 0.5]);
    await expect(
      last({ ...base, initialState: rough, control: { kind: "fixed", step: 0.01 } }),
    ).rejects.toMatchObject({ reason: "out-of-bounds" });
  });
  it("a free energy that contradicts its own driving force", async () => {
    const [mass, falling] = base.law.invariants;
    const reversed: Law = {
      ...base.law,
      invariants: [
        mass,
        freeEnergyOf((density, out) => {
          falling.value(density, out);
          for (let m = 0; m < out.length; m++) out[m] = -out[m];
        }),
      ],
    };
    const failed = last({ ...base, law: reversed });
    await expect(failed).rejects.toMatchObject({ reason: "step-underflow" });
    await expect(failed).rejects.toThrow(/free energy of member 0 rises .* fluxes run uphill/);
  });
  it("a free energy that is not convex, with the density where it is not", async () => {
    // f without a logarithm of mixing, bent downwards: nothing keeps the particles from piling up.
    const bent: Law = {
      ...base.law,
      invariants: [freeEnergyOf((density, out) => {
        out[0] = density.reduce((sum, r) => sum - r * r / 2, 0) / 9;
      })],
      evaluate(density, _time, out) {
        out.mobility.fill(1);
        for (let i = 0; i < 9; i++) out.drivingForce[i] = -density[i];
        out.curvature.fill(-1);
      },
    };
    await expect(last({ ...base, law: bent, times: [10] })).rejects.toThrow(
      /member 0 leaves \(0, 1\) at node \d.* not convex at density 0\.\d+/,
    );
  });
  it("equal steps that nobody waits for, with their count", async () => {
    const control = { kind: "fixed", step: 1e-12 } as const;
    await expect(last({ ...base, times: [0, 0.05], control })).rejects.toThrow(
      /control\.step = 1e-12 makes 50000000000 steps up to time 0\.05; at most 1000000/,
    );
  });
  it("an abort between steps", async () => {
    await expect(last({ ...base, signal: AbortSignal.abort(new Error("stop now")) })).rejects
      .toThrow("stop now");
  });
  it.each([
    ["times", { times: [] }],
    ["times[1]", { times: [0.01, 0.01] }],
    ["initialState", { initialState: new Float64Array(9) }],
    ["initialState", { initialState: new Float64Array(8).fill(0.5) }],
    ["control.tolerance", { control: { kind: "adaptive", tolerance: 0 } as const }],
    ["control.step", { control: { kind: "fixed", step: NaN } as const }],
  ])("bad %s", async (field, change) => {
    await expect(last({ ...base, ...change })).rejects.toThrow(RangeError);
    await expect(last({ ...base, ...change })).rejects.toThrow(field);
  });
});
