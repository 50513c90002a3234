import { preset } from "@spiediff/experiment";
import { describe, expect, it } from "vitest";
import { estimateProfiles } from "./estimate.ts";
import { trainingData } from "./training_data.ts";

const M = 10;

/** Independent particles: m = rho (1 - rho) at beta = 1, whatever the mesh. */
async function independent(elements: number) {
  const quick = preset("quick", 3);
  const experiment = {
    ...quick,
    elements,
    particles: { ...quick.particles, sites: 400, halfWidth: 1, betaJ0: 0 },
    profiles: [{ name: "flat", mean: 0.4, modes: [{ k: 1, amplitude: 0.05, phase: 0 }] }],
    sampling: { ...quick.sampling, realizations: 2000 },
  };
  return { experiment, estimates: await estimateProfiles(experiment, { workers: 1 }) };
}

describe("trainingData", () => {
  it("gives the mobility on any mesh, where K1 grows with the number of elements (5 sigma, 6e-7)", async () => {
    for (const elements of [M, 2 * M]) {
      const { estimates, experiment } = await independent(elements);
      const [{ mobility, mobilityStandardError, elementDensity }] = trainingData(
        estimates,
        experiment,
      );
      const mean = mobility.reduce((sum, m) => sum + m / elements, 0);
      const exact = elementDensity!.reduce((sum, rho) => sum + rho * (1 - rho) / elements, 0);
      // Errors of entries are nearly independent.
      const error = Math.hypot(...mobilityStandardError) / elements;
      expect(error / exact).toBeLessThan(0.01);
      expect(Math.abs(mean - exact)).toBeLessThan(5 * error);
    }
  });

  it("is m = -K1/M with its errors, and hands on all else as it is", async () => {
    const { estimates: [estimate], experiment } = await independent(M);
    const [data] = trainingData([estimate], experiment);
    data.mobility.forEach((m, e) => expect(-M * m).toBeCloseTo(estimate.K1[e], 12));
    data.mobilityStandardError.forEach((error, e) => {
      expect(error).toBeGreaterThan(0);
      expect(M * error).toBeCloseTo(estimate.K1StandardError[e], 12);
    });
    const { expectedLawError, fluxWindow, mobility: _, mobilityStandardError: __, ...rest } = data;
    const { field: ___, ...others } = rest;
    expect(estimate).toMatchObject(others);
    expect(fluxWindow).toBe(estimate.fluxHorizon);
    expect(expectedLawError).toBeGreaterThan(0);
    expect(Object.keys(others)).toContain("samplingCovariance");
  });
});
