import type { SimulatedExperiment } from "@spiediff/experiment";
import { processOf } from "@spiediff/kmc";

/**
 * How an experiment's realizations begin, and why that is what it says: one or two sentences.
 *
 * @throws {RangeError} if the start cannot be had.
 */
export function startText({ particles, sampling: { burnIn } }: SimulatedExperiment): string {
  const { text, isEquilibrium } = processOf(particles).start();
  const after = burnIn === 0 ? "no burn-in" : `a burn-in of ${burnIn}`;
  // Where the text has a comma, the burn-in is a thought of its own.
  const start = `Start: ${text}${text.includes(",") ? ";" : ","} ${after}.`;
  return isEquilibrium
    ? start
    : `${start} Until correlations form their law is another than that of ` +
      "equilibrium, and m and f\u2033 need not agree with it.";
}
