import type { ExactReference } from "@spiediff/exact-reference";
import { type Experiment, isSimulated, type SimulatedExperiment } from "@spiediff/experiment";
import { type KnownLaws, processOf } from "@spiediff/kmc";
import { fieldOf } from "@spiediff/law";
import { randomStream } from "@spiediff/random";
import type { ExactLaws } from "@spiediff/run-report";

/** Known laws by what they depend on: some take seconds, and reports ask again and again. */
const known = new Map<string, KnownLaws | null>();

/** The reference of the state that an experiment starts from. @throws {RangeError} if there is none. */
export function referenceOf(experiment: SimulatedExperiment): ExactReference {
  const laws = knownLawsOf(experiment);
  if (laws === null) throw new RangeError(`No law of "${experiment.name}" is known.`);
  return laws.reference;
}

function knownLawsOf(experiment: SimulatedExperiment): KnownLaws | null {
  const { particles, sampling: { burnIn, h }, seed } = experiment;
  const sampled = { burnIn, longest: Math.max(...h) };
  const key = JSON.stringify([particles, sampled, seed]);
  let laws = known.get(key);
  if (laws === undefined) {
    laws = processOf(particles).knownLaws(sampled, randomStream(seed, "reference"));
    known.set(key, laws);
  }
  return laws;
}

/** The known answers that this experiment's law is held against; null where there are none. */
export function exactLaws(experiment: Experiment): ExactLaws | null {
  if (!isSimulated(experiment)) return null;
  const laws = knownLawsOf(experiment);
  return laws && { ...laws, field: fieldOf(processOf(experiment.particles).field) };
}
