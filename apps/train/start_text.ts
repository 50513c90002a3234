import type { SimulatedExperiment } from "@spiediff/experiment";
import { heatBathSweeps, sweepContraction } from "@spiediff/kmc";
import { particleSystem } from "./estimate.ts";

/** How an experiment's realizations begin, and why that is what it says: one or two sentences. */
export function startText(experiment: SimulatedExperiment): string {
  const { particles: { initialState, halfWidth, kernel }, sampling: { burnIn } } = experiment;
  const after = burnIn === 0 ? "no burn-in" : `a burn-in of ${burnIn}`;
  if (initialState === "bernoulli") {
    return `Start: independent sites, ${after}. Until correlations form their law is another than that of ` +
      "equilibrium, and m and f\u2033 need not agree with it.";
  }
  if (halfWidth === 1 && kernel.name === "constant") {
    return `Start: local equilibrium, drawn site by site as a Markov chain, exactly; ${after}.`;
  }
  const system = particleSystem(experiment);
  const sweeps = heatBathSweeps(system);
  return `Start: local equilibrium, by ${sweeps} heat-bath sweeps from independent sites, of which each leaves ` +
    `at most ${
      sweepContraction(system).toFixed(3)
    } of any difference (Dobrushin\u2019s bound), all of them ` +
    `one part in 10\u2076; ${after}.`;
}
