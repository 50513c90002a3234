import { parseExperiment, preset, profileDensity } from "@spiediff/experiment";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { randomStream } from "@spiediff/random";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectedLawError, gradientEnergy } from "./gradient_energy.ts";
import { trainingData } from "./training_data.ts";

const quick = preset("quick", 1);
const withParticles = (change: Partial<typeof quick.particles>) =>
  parseExperiment({ ...quick, particles: { ...quick.particles, ...change } });

describe("the gradient energy of a kernel", () => {
  it("is J0 L (L + 1) eps^2 / 6 for the constant one, over beta in energy", () => {
    for (const [halfWidth, betaJ0, beta] of [[40, 1, 1], [5, -2, 1], [1, 0.5, 4]]) {
      const found = gradientEnergy(withParticles({ halfWidth, betaJ0, beta }))!;
      const exact = betaJ0 * halfWidth * (halfWidth + 1) / 6 / 2000 ** 2;
      expect(found.mobilityExponent / exact).toBeCloseTo(1, 12);
      expect(found.kappa / (exact / beta)).toBeCloseTo(1, 12);
    }
  });
  it("is the second moment of a table, whatever its signs", () => {
    const table = { name: "table", values: [0.5, 0, -0.25] } as const;
    const particles = { ...quick.particles, sites: 100, halfWidth: 3, betaJ0: 2, kernel: table };
    expect(gradientEnergy({ particles, elements: 10 } as unknown as typeof quick)!.kappa)
      .toBeCloseTo(2 * (0.5 - 9 * 0.25) / 100 ** 2, 15);
  });
  it("is none where repulsion reaches over more than the mesh resolves: short waves would grow", () => {
    // beta kappa = -betaJ0 L (L + 1) / 6 N^2 is -3.4e-4 and -1.7e-3; two rings of 25 bear -4e-4.
    expect(gradientEnergy(withParticles({ halfWidth: 40, betaJ0: -5 }))!.kappa).toBeLessThan(0);
    expect(gradientEnergy(withParticles({ halfWidth: 100, betaJ0: -4 }))).toBeUndefined();
    expect(gradientEnergy(withParticles({ halfWidth: 100, betaJ0: 4 }))).toBeDefined();
  });
  it("is none without interaction", () => {
    expect(gradientEnergy(withParticles({ betaJ0: 0 }))).toBeUndefined();
  });
});

it("a law of lines of few elements is expected to be off by what points from averages leave", () => {
  const square = preset("exclusion-2d");
  // (k Delta)^4 / 240 of the longest wave on 12 elements: 3.1e-4.
  expect(expectedLawError(square)).toBeCloseTo(1e-4 + (2 * Math.PI / 12) ** 4 / 240, 12);
  expect(expectedLawError({ ...square, elements: 24 })).toBeLessThan(1.3e-4);
  expect(expectedLawError(preset("zero-range"))).toBe(1e-4);
});

describe("what training sees of it", () => {
  const M = 12;
  const density = fc.array(fc.double({ min: 0.2, max: 0.8, noNaN: true }), {
    minLength: M,
    maxLength: M,
  });
  it("is the local law that was put in, for any profile and kernel (property)", () => {
    fc.assert(
      fc.property(
        density,
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: -2, max: 3, noNaN: true }),
        (
          rho,
          halfWidth,
          betaJ0,
        ) => {
          const experiment = withParticles({ halfWidth, betaJ0 });
          const { kappa, mobilityExponent: b } = gradientEnergy(experiment) ??
            { kappa: 0, mobilityExponent: 0 };
          const next = (values: readonly number[], i: number) => values[(i + 1) % M];
          const bend = rho.map((own, i) => M * M * (rho[(i + M - 1) % M] - 2 * own + next(rho, i)));
          const force = rho.map((own, i) => Math.log(own / (1 - own)) - kappa * bend[i]);
          const local = rho.map((own, e) => (own + next(rho, e)) / 8);
          const mobility = local.map((m, e) => m * Math.exp(-b * (bend[e] + next(bend, e)) / 2));
          const estimate = {
            density: rho,
            K1: mobility.map((m) => -M * m),
            K1StandardError: rho.map(() => 1),
            flux: mobility.map((m, e) => -M * m * (next(force, e) - force[e])),
          } as unknown as OperatorEstimate;
          const [data] = trainingData([estimate], experiment);
          data.mobility.forEach((m, e) => expect(m / local[e]).toBeCloseTo(1, 12));
          data.flux.forEach((J, e) => {
            const step = Math.log(next(rho, e) / (1 - next(rho, e))) -
              Math.log(rho[e] / (1 - rho[e]));
            expect(J).toBeCloseTo(-M * local[e] * step, 9);
          });
        },
      ),
    );
  });
});

describe("the gradient energy of particles whose kernel is not known", () => {
  const M = 25;
  const { beta, drive, sites } = quick.particles;
  const { name: _, groundTruth: __, particles: ___, ...rest } = quick;
  const snapshots = { ...rest, particles: { system: "foreign", beta, drive, sites } } as never;

  /** Exclusion with a gradient energy, fluxes known to 1 part in 1000 of about the largest. */
  function estimatesWith(kappa: number): OperatorEstimate[] {
    const stream = randomStream(7, "fluxes");
    return quick.profiles.map((profile) => {
      const density = Array.from({ length: M }, (_, i) => profileDensity(profile, i / M));
      const at = (e: number) => (e + M) % M;
      const bend = density.map((rho, i) =>
        M * M * (density[at(i - 1)] - 2 * rho + density[at(i + 1)])
      );
      const m = density.map((rho, e) => {
        const mean = (rho + density[at(e + 1)]) / 2;
        return mean * (1 - mean) - (density[at(e + 1)] - rho) ** 2 / 12;
      });
      return {
        ...{ profileName: profile.name, density, K1: m.map((v) => -M * v) },
        K1StandardError: m.map(() => 0.01),
        // The mean flux over an element is exactly the difference of P, here of the density.
        flux: m.map((v, e) =>
          M * (density[e] - density[at(e + 1)] + kappa * v * (bend[at(e + 1)] - bend[e])) +
          2e-3 * stream.normal()
        ),
        fluxStandardError: m.map(() => 2e-3),
      } as unknown as OperatorEstimate;
    });
  }

  it("is learned with its error and taken out, and is nothing where there is nothing to see", () => {
    const kappa = 3e-3;
    const [data] = trainingData(estimatesWith(kappa), snapshots);
    const { gradientEnergy: found } = data;
    expect(found!.mobilityExponent).toBe(0);
    expect(found!.standardError).toBeLessThan(kappa / 10);
    // Second differences of 25 points are 2 % low at mode 2, product forms 1 % high.
    expect(Math.abs(found!.kappa - kappa)).toBeLessThan(4 * found!.standardError! + 0.05 * kappa);
    const local = trainingData(estimatesWith(0), snapshots);
    expect(local[0].gradientEnergy).toBeUndefined();
    const rms = (d: typeof data) =>
      Math.hypot(...d.flux.map((J, e) => J - local[0].flux[e])) / Math.hypot(...local[0].flux);
    expect(rms(data)).toBeLessThan(0.02 * kappa * 4 * Math.PI ** 2 + 2e-3);
  });
});
