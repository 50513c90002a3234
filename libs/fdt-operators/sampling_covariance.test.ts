import { sampleEnsemble } from "@spiediff/kmc";
import { describe, expect, it } from "vitest";
import { estimateOperators } from "./estimate_operators.ts";
import { unexplainedVariance } from "./sampling_covariance.ts";

const M = 10, SITES = 200;

async function estimateOf(initialState: "bernoulli" | "fixed-number", controlVariates = true) {
  const density = Float64Array.from(
    { length: SITES },
    (_, x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x / SITES),
  );
  const record = await sampleEnsemble({
    system: { sites: SITES, halfWidth: 1, betaJ0: 0 },
    elements: M,
    profile: { name: "wave", density },
    initialState,
    realizations: 600,
    seed: 4,
    burnIn: 0,
    horizons: [1e-4, 4e-4],
    controlVariates,
  });
  return { record, estimate: estimateOperators(record) };
}

const trace = (matrix: readonly number[]) =>
  Array.from({ length: M }, (_, i) => matrix[i * (M + 1)]).reduce((a, b) => a + b, 0);

describe("samplingCovariance", () => {
  it("agrees with the jackknife's covariance of the fluxes within its error", async () => {
    const { estimate } = await estimateOf("bernoulli");
    // The jackknife rests on 120 blocks: 13 % a variance, less for their sum; 5 sigma (6e-7) is 25 %.
    const ratio = trace(estimate.samplingCovariance.flux) / trace(estimate.fluxCovariance);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.25);
  });
  it("has the variance of z that independent sites give", async () => {
    const { estimate, record } = await estimateOf("bernoulli");
    const { system, realizations } = record;
    let expected = 0;
    for (let x = 0; x < SITES; x++) {
      const rho = 0.5 + 0.3 * Math.cos(2 * Math.PI * x / SITES);
      const u = (x % (SITES / M)) / (SITES / M);
      expected += rho * (1 - rho) * (u * u + (1 - u) * (1 - u)) / system.sites ** 2 / realizations;
    }
    // 10 variances from 600 realizations: 5 sigma (6e-7) is 5 sqrt(2 / 6000) = 9 %.
    expect(Math.abs(trace(estimate.samplingCovariance.field) / expected - 1)).toBeLessThan(0.09);
  });
  it("leaves far less variance at given densities than without, where the process is of gradient type", async () => {
    const { samplingCovariance } = (await estimateOf("bernoulli")).estimate;
    const left = unexplainedVariance(samplingCovariance, M);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(0.2 * trace(samplingCovariance.flux));
  });
  it("copes with a fixed number of particles and with snapshots alone", async () => {
    for (const cv of [true, false]) {
      const { samplingCovariance } = (await estimateOf("fixed-number", cv)).estimate;
      const left = unexplainedVariance(samplingCovariance, M);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThan(trace(samplingCovariance.flux));
    }
  });
});
