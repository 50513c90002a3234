import { hatAverages, solveNonlocal } from "@spiediff/exact-reference";
import { exclusionDensity, type Law } from "@spiediff/law";
import { ring } from "@spiediff/mesh";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cosineProfile, longRange } from "./_exact_law.ts";
import { even, roughDensity } from "./arbitraries.ts";
import { rk4 } from "./butcher_tableau.ts";
import { explicitRungeKutta } from "./explicit_runge_kutta.ts";
import { integrate } from "./integrate.ts";
import { type LocalLaw, localLaw } from "./local_law.ts";
import type { Method } from "./method.ts";
import type { Problem } from "./problem.ts";
import { rosenbrock2 } from "./rosenbrock2.ts";
import type { Sample } from "./types.ts";

const TAU = 2 * Math.PI;
const explicit = explicitRungeKutta(rk4);

async function last(law: Law, initialState: Float64Array, time: number, more: Partial<Problem>) {
  let sample: Sample | undefined;
  const control = { kind: "adaptive", tolerance: 1e-9 } as const;
  const problem = { law, initialState, times: [time], method: explicit, control, ...more };
  for await (const next of integrate(problem)) sample = next;
  return sample!;
}

const distance = (a: Float64Array, b: Float64Array) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i])));

describe("a gradient energy", () => {
  /** `m = 1` and `f = rho^2/2`: each wave decays on its own. */
  const linear: LocalLaw = {
    mobility: () => 1,
    freeEnergy: (r) => r * r / 2,
    drivingForce: (r) => r,
    curvature: () => 1,
    pressure: (r) => r,
  };

  it.each<[string, Method]>([["RK4", explicit], ["ROS2", rosenbrock2]])(
    "damps each wave at the rate q^2 (1 + kappa q^2), to second order of the mesh (%s)",
    async (_, method) => {
      const kappa = 2e-3, k = 2, q = TAU * k, time = 0.3 / q ** 2;
      const error = async (elements: number) => {
        const law = localLaw(
          { ...linear, gradientEnergy: { kappa, mobilityExponent: 0 } },
          ring(elements),
        );
        const { state } = await last(law, cosineProfile(0.5, 0.3, k, elements), time, {
          method,
          control: { kind: "adaptive", tolerance: 1e-8 },
        });
        const exact = cosineProfile(
          0.5,
          0.3 * Math.exp(-q * q * (1 + kappa * q * q) * time),
          k,
          elements,
        );
        return distance(state, exact);
      };
      const [coarse, fine] = [await error(16), await error(32)];
      // Without the term the wave would be off by 0.3 exp(-0.3) (1 - exp(-0.095)) = 0.02.
      expect(coarse).toBeLessThan(2e-3);
      expect(Math.log2(coarse / fine)).toBeGreaterThan(1.7);
    },
  );

  it("with the mobility's factor is what a kernel of finite range leaves of its own law", async () => {
    // The nonlocal mean-field law of a constant kernel shares nothing with the solver: spectral, no mesh.
    const sites = 2000, halfWidth = 40, betaJ0 = 1, elements = 50;
    const kappa = betaJ0 * halfWidth * (halfWidth + 1) / sites ** 2 / 6;
    for (const [k, time] of [[1, 0.015], [2, 0.004]]) {
      const field = (x: number) => 0.5 + 0.3 * Math.cos(TAU * k * x);
      const [exact] = solveNonlocal({ sites, halfWidth, betaJ0 }, field, [time]);
      const truth = hatAverages(exact, elements);
      const error = async (gradientEnergy: LocalLaw["gradientEnergy"]) => {
        const law = localLaw({ ...longRange(betaJ0), gradientEnergy }, ring(elements));
        const { state } = await last(law, cosineProfile(0.5, 0.3, k, elements), time, {});
        return distance(state, truth) / 0.3;
      };
      const local = await error(undefined);
      const energyOnly = await error({ kappa, mobilityExponent: 0 });
      const full = await error({ kappa, mobilityExponent: kappa });
      expect(local).toBeGreaterThan(k * k * 1.5e-4);
      expect(energyOnly).toBeLessThan(0.6 * local);
      expect(full).toBeLessThan(0.06 * local);
    }
  });

  it("lets F fall and keeps mass, for any rough profile and kappa (property)", async () => {
    await fc.assert(
      fc.asyncProperty(
        roughDensity(12),
        even(0, 1e-2),
        async (rho, kappa) => {
          const law = localLaw(
            { ...longRange(1), gradientEnergy: { kappa, mobilityExponent: kappa } },
            ring(12),
          );
          const { checks } = await last(law, Float64Array.from(rho), 1e-3, {
            control: { kind: "adaptive", tolerance: 1e-5 },
          });
          expect(checks.violation["free energy"]).toBeLessThan(1e-12);
          expect(checks.violation.mass).toBeLessThan(1e-12);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("is half kappa times the squared steps of the averages, over the mesh's spacing", async () => {
    const mesh = ring(4), state = Float64Array.of(0.2, 0.4, 0.6, 0.4);
    const energy = async (gradientEnergy: LocalLaw["gradientEnergy"]) => {
      const out = new Float64Array(1);
      await localLaw({ ...longRange(0), gradientEnergy }, mesh).invariants[1].value(state, out);
      return out[0];
    };
    const added = await energy({ kappa: 3, mobilityExponent: 0 }) - await energy(undefined);
    expect(added).toBeCloseTo(3 / 2 * 4 * (4 * 0.04), 13);
  });

  it("is refused for several fields", () => {
    const mesh = ring(5), fields = [exclusionDensity, { ...exclusionDensity, name: "other" }];
    const law: Law = {
      ...localLaw(longRange(0), mesh),
      fields,
      terms: [{ kind: "gradient energy", kappa: 1, mobilityExponent: 0 }],
    };
    return expect(last(law, new Float64Array(10).fill(0.5), 1, {})).rejects.toThrow(
      /single field, not of 2/,
    );
  });
});
