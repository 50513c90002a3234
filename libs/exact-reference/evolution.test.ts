/** Solutions of the local and of the nonlocal law, and the averages that are read off them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  hatAverages,
  longRangeLimit,
  longRangePressure,
  nonlocalRate,
  type NonlocalSystem,
  pressureOf,
  solveDiffusion,
  solveKernelLaw,
  solveNonlocal,
} from "./mod.ts";

const TAU = 2 * Math.PI;
const wave = (x: number) => 0.5 + 0.2 * Math.cos(TAU * x) + 0.1 * Math.sin(2 * TAU * x);
const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);

describe("P of the long-range limit", () => {
  it("has the slope m f'', for either sign of the interaction and for none", () => {
    for (const betaJ0 of [-3, -0.5, 0, 0.5, 1, 3]) {
      const pressure = longRangePressure(betaJ0), { mobility } = longRangeLimit({ betaJ0 });
      for (const rho of [0.05, 0.3, 0.5, 0.95]) {
        const d = 1e-4, slope = (pressure(rho + d) - pressure(rho - d)) / (2 * d);
        expect(slope).toBeCloseTo(mobility(rho) * (1 / (rho * (1 - rho)) - betaJ0), 5);
      }
    }
  });
});

describe("P of a reference", () => {
  it("is that of the limit by parts, up to a constant, within its range and a little beyond", () => {
    const limit = longRangeLimit({ betaJ0: 1.5 }), parts = longRangePressure(1.5);
    const { pressure, diffusivity } = pressureOf(limit, 0.05, 0.9);
    for (const rho of [0.048, 0.1, 0.4, 0.7, 0.905]) {
      expect(pressure(rho) - pressure(0.3)).toBeCloseTo(parts(rho) - parts(0.3), 8);
    }
    // The largest m f'' is at the lower end.
    expect(diffusivity).toBeGreaterThan(Math.exp(-1.5 * 0.05) * (1 - 1.5 * 0.05 * 0.95));
    expect(diffusivity).toBeLessThan(1);
  });
});

describe("the local law", () => {
  it("lets each mode of a linear one decay by exp(-D k^2 t), from time to time", () => {
    const times = [0, 0.002, 0.002, 0.01];
    const densities = solveDiffusion((rho) => 0.7 * rho, 0.7, wave, times, 64);
    times.forEach((time, t) => {
      const exact = Array.from({ length: 64 }, (_, i) => {
        const decay = (k: number) => Math.exp(-0.7 * (k * TAU) ** 2 * time);
        return 0.5 + 0.2 * decay(1) * Math.cos(TAU * i / 64) +
          0.1 * decay(2) * Math.sin(2 * TAU * i / 64);
      });
      expect(worst(densities[t], exact)).toBeLessThan(2e-8);
    });
    expect(densities[2]).toEqual(densities[1]);
  });

  it("converges with order six and takes the steps that stability needs", () => {
    const error = (points: number) => {
      const [density] = solveDiffusion((rho) => rho, 1, (x) => Math.cos(TAU * x), [0.01], points);
      return Math.abs(density[0] / Math.exp(-TAU * TAU * 0.01) - 1);
    };
    expect(Math.log2(error(12) / error(24))).toBeCloseTo(6, 0);
    // The shortest wave of all is damped, not blown up.
    const rough = (x: number) => 0.5 + 0.1 * Math.cos(32 * TAU * x);
    const [smooth] = solveDiffusion((rho) => rho, 1, rough, [0.01], 64);
    expect(worst(smooth, new Float64Array(64).fill(0.5))).toBeLessThan(1e-6);
  });

  it("asks for the pressure no more often than its steps need", () => {
    let calls = 0;
    solveDiffusion((rho) => (calls++, rho), 1, wave, [0.01], 32);
    // STIFFEST is 544/90: steps of 2.5 over it and 32^2, four rates each.
    const steps = Math.ceil(0.01 * (544 / 90) * 32 * 32 / 2.5);
    expect(calls).toBe(4 * 32 * steps);
  });
});

describe("hat averages of a trigonometric interpolant", () => {
  it("are the field's own averages, mode by mode", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 0, max: 9 }), (elements, k) => {
        const values = Float64Array.from(
          { length: 21 },
          (_, j) => Math.cos(TAU * k * j / 21 - 0.4),
        );
        const half = Math.PI * k / elements;
        const factor = k === 0 ? 1 : (Math.sin(half) / half) ** 2;
        hatAverages(values, elements).forEach((average, i) =>
          expect(average).toBeCloseTo(factor * Math.cos(2 * half * i - 0.4), 12)
        );
      }),
    );
  });
});

describe("the nonlocal law", () => {
  const system: NonlocalSystem = { halfWidth: 30, betaJ0: 1.3, sites: 400, drive: 2 };

  it("is its formula, with the interaction averaged over the window by quadrature", () => {
    // J * rho is J0 times the mean over [x - a, x + a]; derivatives of the wave in closed form.
    const a = 30.5 / 400, n = 41;
    const mean = (x: number) => {
      const [one, two] = [1, 2].map((k) => Math.sin(TAU * k * a) / (TAU * k * a));
      return 0.5 + 0.2 * one * Math.cos(TAU * x) + 0.1 * two * Math.sin(2 * TAU * x);
    };
    const slope = (f: (x: number) => number, x: number) => {
      const d = 1e-3;
      return (8 * (f(x + d) - f(x - d)) - (f(x + 2 * d) - f(x - 2 * d))) / (12 * d);
    };
    const flux = (x: number) => {
      const rho = wave(x);
      return 2 * Math.exp(-1.3 * mean(x)) *
        (slope(wave, x) - rho * (1 - rho) * 1.3 * slope(mean, x));
    };
    const rate = nonlocalRate(system, n)(Float64Array.from({ length: n }, (_, i) => wave(i / n)));
    rate.forEach((value, i) => expect(Math.abs(value - slope(flux, i / n))).toBeLessThan(1e-6));
  });

  it("goes from time to time, and its steps are short enough", () => {
    const at = (times: number[], points = 33) => solveNonlocal(system, wave, times, points).at(-1)!;
    const once = at([0.004]);
    expect(worst(at([0, 0.001, 0.001, 0.004]), once)).toBeLessThan(1e-8);
    expect(worst(at([0]), Float64Array.from({ length: 33 }, (_, i) => wave(i / 33)))).toBe(0);
    // Mass is kept, and strong interactions of either sign stay stable.
    for (const betaJ0 of [-3, 3]) {
      const [density] = solveNonlocal({ ...system, betaJ0 }, wave, [0.002], 33);
      expect(density.reduce((sum, v) => sum + v / 33, 0)).toBeCloseTo(0.5, 10);
      density.forEach((v) => expect(v > 0.1 && v < 0.9).toBe(true));
    }
    expect(solveNonlocal(system, wave, [0])[0]).toHaveLength(65);
  });

  it("takes twice the prefactor for half the time", () => {
    const [fast] = solveNonlocal(system, wave, [0.001], 33);
    const [slow] = solveNonlocal({ ...system, drive: 1 }, wave, [0.002], 33);
    expect(worst(fast, slow)).toBeLessThan(1e-10);
    const { drive: _, ...plain } = system;
    expect(solveNonlocal(plain, wave, [0.002], 33)[0]).toEqual(slow);
  });

  it.each([9, 11, 33])("takes %i points", (points) => {
    expect(nonlocalRate(system, points)(new Float64Array(points).fill(0.5))).toHaveLength(points);
  });
  it.each([7, 10, 9.5, NaN])("refuses %s points", (points) => {
    expect(() => nonlocalRate(system, points)).toThrow(
      `gridPoints must be odd and at least 9, not ${points}.`,
    );
  });
});

describe("the law of a kernel", () => {
  const couplings = (halfWidth: number, betaJ0: number) =>
    new Float64Array(halfWidth + 1).fill(betaJ0 / (2 * halfWidth + 1));

  it("is the nonlocal law of the long-range limit where the local one is that", () => {
    // The kernel there is an average over 61 sites; here a sum over 60 neighbours and the own site, to 1/L^2.
    const [sites, halfWidth, betaJ0] = [800, 30, 1.3];
    const times = [0.002, 0.006];
    const limit = longRangeLimit({ betaJ0 });
    const own = solveKernelLaw(
      limit,
      { couplings: couplings(halfWidth, betaJ0), sites },
      wave,
      times,
    );
    const other = solveNonlocal({ halfWidth, betaJ0, sites }, wave, times);
    const { pressure, diffusivity } = pressureOf(limit, 0.2, 0.8);
    const local = solveDiffusion(pressure, diffusivity, wave, times, 65);
    times.forEach((_, t) => {
      const reach = worst(other[t], local[t]);
      expect(reach).toBeGreaterThan(2e-4);
      expect(worst(own[t], other[t])).toBeLessThan(5e-3 * reach);
    });
  });

  it("is the local law where nothing reaches over the domain", () => {
    const limit = longRangeLimit({ betaJ0: 1 });
    const [own] = solveKernelLaw(limit, { couplings: couplings(3, 1), sites: 1e6 }, wave, [0.004]);
    const { pressure, diffusivity } = pressureOf(limit, 0.2, 0.8);
    const [local] = solveDiffusion(pressure, diffusivity, wave, [0.004], 65);
    expect(worst(own, local)).toBeLessThan(1e-7);
  });

  it("reads energies in units of k_B T: beta and the prefactor change the clock only", () => {
    const kernel = { couplings: couplings(40, 1), sites: 2000 };
    const [own] = solveKernelLaw(longRangeLimit({ betaJ0: 1 }), kernel, wave, [0.004]);
    const cold = longRangeLimit({ betaJ0: 1, beta: 2, drive: 3 });
    const [other] = solveKernelLaw(cold, { ...kernel, beta: 2 }, wave, [0.004 / 3]);
    expect(worst(own, other)).toBeLessThan(1e-10);
  });
});
