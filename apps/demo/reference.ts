import { type ExactReference, longRangeLimit, referenceOfStart } from "@spiediff/exact-reference";
import type { Experiment } from "@spiediff/experiment";
import { couplings } from "@spiediff/kmc";
import { particleSystem } from "@spiediff/train";

/** The known answers that a law is held against. */
export interface ExactLaws {
  readonly reference: ExactReference;
  /** The L -> infinity formula. */
  readonly limit: ExactReference;
}

/** The reference of the state that an experiment of our own particles starts from. */
export function referenceOf(experiment: Experiment): ExactReference {
  const { particles: { beta, drive, initialState, sites }, sampling } = experiment;
  return referenceOfStart(
    { couplings: couplings(particleSystem(experiment)), beta, drive },
    { initialState, sites, burnIn: sampling.burnIn, longest: Math.max(...sampling.h) },
  );
}

/** The known answers that this experiment's law is held against; null where there are none. */
export function exactLaws(experiment: Experiment): ExactLaws | null {
  const { system, beta, drive } = experiment.particles;
  if (system === "foreign") return null;
  const betaJ0 = 2 * couplings(particleSystem(experiment)).reduce((a, b) => a + b, 0);
  const { kernel, betaJ0: whole } = experiment.particles;
  return {
    reference: referenceOf(experiment),
    // The constant kernel of the formula counts a particle's own site, too.
    limit: longRangeLimit({ betaJ0: kernel.name === "constant" ? whole : betaJ0, beta, drive }),
  };
}

/** Which state a reference is of, and what it is worth: "equilibrium (expansion)". */
export function referenceLabel({ name, kind }: Pick<ExactReference, "name" | "kind">): string {
  return `${name === "independent-sites" ? "independent sites" : "equilibrium"} (${kind})`;
}
