import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { preset, type SimulatedExperiment } from "@spiediff/experiment";
import { simulationSeconds, windowWarnings } from "./simulation_forecast.ts";

/** 400 sites on 10 elements: useful are windows from 2.5e-5 to 6.25e-4. */
const withTimes = (h: number[], realizations = 64): SimulatedExperiment => {
  const quick = preset("quick");
  return {
    ...quick,
    elements: 10,
    particles: { ...quick.particles, sites: 400, halfWidth: 1 },
    profiles: quick.profiles.slice(0, 2),
    sampling: { realizations, burnIn: 0, h },
  };
};

it("a start, a realization and its time each cost what they cost, and the first trial more", async () => {
  const cost = fc.double({ min: 0, max: 2, noNaN: true });
  const time = fc.double({ min: -6, max: 1, noNaN: true }).map((exponent) => 10 ** exponent);
  await fc.assert(
    fc.asyncProperty(cost, cost, cost, time, async (start, realization, duration, h) => {
      const experiment = withTimes([h / 2, h], 1000);
      let trials = 0, longest = 0;
      const trial = (share: number, realizations: number) => {
        longest = Math.max(longest, share);
        const first = trials++ === 0 ? 10 : 0;
        return Promise.resolve(first + start + realizations * (realization + duration * share));
      };
      const seconds = await simulationSeconds(experiment, 4, trial);
      expect(seconds).toBeCloseTo(2 * 1000 * (realization + duration) / 4, 5);
      // No trial is much longer than it needs to be measured.
      if (longest < 1) expect(8 * duration * longest).toBeLessThan(16 * 0.05 + 1e-9);
    }),
    { seed: 20261128 },
  );
});

it("a time of hours is known after less than a few seconds", async () => {
  const start = performance.now();
  const forecast = await simulationSeconds(withTimes([0.5, 1], 100_000), 2);
  expect(performance.now() - start).toBeLessThan(5000);
  expect(forecast).toBeGreaterThan(3600);
}, 120_000);

describe("windows", () => {
  it("of use are said nothing of", () => {
    expect(windowWarnings(withTimes([2.5e-5, 6.25e-4]))).toEqual([]);
  });
  it("too short or too long are named with the bound", () => {
    expect(windowWarnings(withTimes([2.4e-5, 1e-4, 0.5, 1]))).toEqual([
      "sampling.h = 0.000024 is below 4 hop times, 0.000025: too short for a law of fields.",
      "sampling.h = 0.5, 1 are beyond the time to diffuse over a quarter of an element, 0.000625: " +
      "too long to tell the fluxes, and what takes longest.",
      "Of use for these sites and elements: sampling.h = 0.000025, 0.00005, 0.0001.",
    ]);
    expect(windowWarnings(withTimes([0.000025, 0.00005, 0.0001]))).toEqual([]);
  });
  it("are named by the digits that were meant, not by those that arithmetic gives", () => {
    expect(windowWarnings(withTimes([2 / 9e4, 1e-4]))[0]).toContain("sampling.h = 0.0000222222 is");
  });
  it("are not proposed where elements are too small for any", () => {
    const few = withTimes([1e-4]);
    const small = { ...few, elements: 100 };
    expect(windowWarnings(small).at(-1)).toBe(
      "No window is of use with 4 sites an element: take 8 or more.",
    );
  });
});
