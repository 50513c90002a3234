import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { value } from "./arbitraries.ts";
import {
  hatFunction,
  nodalDensity,
  nodalDensityRules,
  nodalMass,
  projectField,
  projectOccupation,
} from "./mod.ts";
import type { NodalDensityRule } from "./mod.ts";

const TAU = 2 * Math.PI;
const occupations = fc.tuple(fc.integer({ min: 3, max: 12 }), fc.integer({ min: 1, max: 9 }))
  .chain(([elements, per]) =>
    fc.record({
      elements: fc.constant(elements),
      eta: fc.array(fc.nat(1), {
        minLength: elements * per,
        maxLength: elements * per,
      }),
    })
  );

describe("hat functions", () => {
  it("form a partition of unity", () => {
    fc.assert(fc.property(value(0, 1), (x) => {
      let sum = 0;
      for (let i = 0; i < 25; i++) sum += hatFunction(i, x, 25);
      expect(sum).toBeCloseTo(1, 12);
    }));
  });

  it("project a configuration as their definition says, and keep its mass", () => {
    fc.assert(fc.property(occupations, ({ elements, eta }) => {
      const z = projectOccupation(eta, elements);
      const n = eta.length;
      for (let i = 0; i < elements; i++) {
        const direct = eta.reduce((s, v, x) => s + v * hatFunction(i, x / n, elements), 0);
        expect(z[i]).toBeCloseTo(direct / n, 12);
      }
      expect(z.reduce((a, b) => a + b, 0)).toBeCloseTo(eta.reduce((a, b) => a + b, 0) / n, 12);
    }));
  });

  it("refuse elements that do not divide sites, naming both", () => {
    expect(() => projectOccupation(new Uint8Array(10), 4)).toThrow(
      /elements must divide sites.*4.*10/,
    );
    expect(() => projectOccupation(new Uint8Array(10), 2)).toThrow(/elements must be an integer/);
  });
});

describe("nodal densities", () => {
  it("invert their mass matrix", () => {
    const values = fc.array(value(-5, 5), {
      minLength: 3,
      maxLength: 40,
    });
    fc.assert(fc.property(values, fc.constantFrom(...nodalDensityRules), (rho, rule) => {
      const back = nodalDensity(nodalMass(rho, rule), rule);
      rho.forEach((value, i) => expect(back[i]).toBeCloseTo(value, 11));
    }));
  });

  it("keep the mass whatever the rule", () => {
    const z = projectField((x) => 0.4 + 0.3 * Math.cos(TAU * x) + 0.1 * Math.sin(3 * TAU * x), 25);
    const mass = z.reduce((a, b) => a + b, 0);
    for (const rule of nodalDensityRules) {
      const rho = nodalDensity(z, rule);
      expect(rho.reduce((a, b) => a + b, 0) / 25).toBeCloseTo(mass, 13);
    }
  });

  // Relative amplitude error of a mode: -x, +x and O(x^2) with x = (k Delta)^2 / 12.
  const amplitudeError = (rule: NodalDensityRule, mode: number, elements: number) => {
    const z = projectField((x) => Math.cos(TAU * mode * x), elements);
    return nodalDensity(z, rule)[0] - 1;
  };

  it.each([1, 2, 3])(
    "leave mode %i with -x (lumped), +x (consistent), O(x^2) (fourth-order), M = 25",
    (mode) => {
      const x = (TAU * mode / 25) ** 2 / 12;
      expect(Math.abs(amplitudeError("lumped", mode, 25) / x + 1)).toBeLessThan(x);
      expect(Math.abs(amplitudeError("consistent", mode, 25) / x - 1)).toBeLessThan(3 * x);
      expect(Math.abs(amplitudeError("fourth-order", mode, 25))).toBeLessThan(x * x);
    },
  );

  it.each([["lumped", 2], ["consistent", 2], ["fourth-order", 4]] as const)(
    "%s densities converge with order %i",
    (rule, order) => {
      const errors = [20, 40, 80].map((m) => Math.abs(amplitudeError(rule, 1, m)));
      expect(Math.log2(errors[0] / errors[1])).toBeCloseTo(order, 1);
      expect(Math.log2(errors[1] / errors[2])).toBeCloseTo(order, 1);
    },
  );

  // Drift of a diffusion d_t rho = m f''(rho) d_xx rho with m, f'' constant: the stiffness matrix of
  // hat functions acting on nodal f' = rho, against the exact dz/dt of the mode.
  it.each([1, 2, 3])(
    "fourth-order densities make dz/dt = -K f' exact to O(Delta^4), mode %i",
    (mode) => {
      const drift = (rule: NodalDensityRule, elements: number) => {
        const z = projectField((x) => Math.cos(TAU * mode * x), elements);
        const rho = nodalDensity(z, rule);
        const exact = -((TAU * mode) ** 2) * z[0];
        const numeric = elements * (rho[1] - 2 * rho[0] + rho[elements - 1]);
        return numeric / exact - 1;
      };
      const x = (TAU * mode / 25) ** 2 / 12;
      expect(Math.abs(drift("fourth-order", 25))).toBeLessThan(2 * x * x);
      // Lumped densities leave -x, consistent ones +x in the driving force.
      expect(Math.abs(drift("lumped", 25) / x + 1)).toBeLessThan(2 * x);
      expect(Math.abs(drift("consistent", 25) / x - 1)).toBeLessThan(2 * x);
      expect(drift("fourth-order", 25) / drift("fourth-order", 50)).toBeGreaterThan(14);
    },
  );

  it("refuse an unknown rule by name", () => {
    expect(() => nodalDensity([1, 2, 3], "cubic" as NodalDensityRule)).toThrow(/"cubic"/);
  });
});
