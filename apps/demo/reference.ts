import { type ExactReference, longRangeLimit, referenceOfStart } from "@spiediff/exact-reference";
import { type Experiment, isSimulated, type SimulatedExperiment } from "@spiediff/experiment";
import { couplings } from "@spiediff/kmc";
import { randomStream } from "@spiediff/random";
import type { ExactLaws } from "@spiediff/run-report";
import { particleSystem } from "@spiediff/train";

/** References by what they depend on: some take seconds, and reports ask again and again. */
const known = new Map<string, ExactReference>();

/** The reference of the state that an experiment of our own particles starts from. */
export function referenceOf(experiment: SimulatedExperiment): ExactReference {
  const { particles, sampling: { burnIn, h }, seed } = experiment;
  const { beta, drive, initialState, sites } = particles;
  const start = { initialState, sites, burnIn, longest: Math.max(...h) };
  const key = JSON.stringify([particles, start, seed]);
  let reference = known.get(key);
  if (reference === undefined) {
    const system = { couplings: couplings(particleSystem(experiment)), beta, drive };
    reference = referenceOfStart(system, start, randomStream(seed, "reference"));
    known.set(key, reference);
  }
  return reference;
}

/** The known answers that this experiment's law is held against; null where there are none. */
export function exactLaws(experiment: Experiment): ExactLaws | null {
  if (!isSimulated(experiment)) return null;
  const betaJ0 = 2 * couplings(particleSystem(experiment)).reduce((a, b) => a + b, 0);
  const { kernel, betaJ0: whole, beta, drive } = experiment.particles;
  return {
    reference: referenceOf(experiment),
    // The constant kernel of the formula counts a particle's own site, too.
    limit: longRangeLimit({ betaJ0: kernel.name === "constant" ? whole : betaJ0, beta, drive }),
  };
}
