import { equilibriumFor, exactK1OfProfile } from "@spiediff/exact-reference";
import { parseSimulation, preset } from "@spiediff/experiment";
import { forceRows, whitened } from "@spiediff/diffusion-train";
import { describe, expect, it } from "vitest";
import { estimateProfiles } from "./estimate.ts";
import { trainingData } from "./training_data.ts";

const M = 20, REALIZATIONS = 400;

/** Nearest neighbours from exact samples of local equilibrium: nothing but noise is between data and law. */
function experiment(seed: number) {
  const quick = preset("quick", seed);
  return parseSimulation({
    ...quick,
    particles: {
      ...quick.particles,
      sites: 800,
      halfWidth: 1,
      betaJ0: 1,
      initialState: "local-gibbs",
    },
    elements: M,
    sampling: { realizations: REALIZATIONS, burnIn: 0, h: [8e-6, 1.6e-5] },
  });
}

describe("errors of the fluxes", () => {
  it(
    "are what separates them from the exact law: chi-square per datum 1, and stated ones far more",
    async () => {
      const setup = experiment(5);
      const truth = equilibriumFor(setup.particles);
      const estimates = await estimateProfiles(setup, { workers: 1 });
      const mobility = estimates.map(({ elementDensity }) =>
        exactK1OfProfile(truth, elementDensity).map((k1) => -k1 / M)
      );
      let honest = 0, stated = 0;
      forceRows(trainingData(estimates, setup), mobility).forEach(
        ({ whitening, flux, density }, p) => {
          const residual = flux.map((J, e) =>
            J +
            M * mobility[p][e] *
              (truth.drivingForce(density[(e + 1) % M]) - truth.drivingForce(density[e]))
          );
          const count = estimates.length * M;
          whitened(whitening, residual).forEach((v) => honest += v * v / count);
          const { fluxStandardError } = estimates[p];
          residual.forEach((v, e) => stated += (v / fluxStandardError[e]) ** 2 / count);
        },
      );
      // 160 data: 5 sigma (6e-7) of a mean square of 1 is 0.56. The law's own error, kept above zero,
      // takes a little off.
      expect(honest).toBeGreaterThan(0.4);
      expect(honest).toBeLessThan(1.56);
      expect(stated).toBeLessThan(0.2);
    },
    60_000,
  );
});
