import { type Experiment, isSimulated } from "@spiediff/experiment";
import { processOf } from "@spiediff/kmc";
import { finestRing, type GradientEnergy } from "@spiediff/law";

/**
 * What an experiment's rates leave beyond a local law, known without any data (docs/theory.md section 5).
 * Undefined where there is no interaction, none is known, or one repels over so far that the model's ring and
 * the one that its mesh error is measured on are too fine for it.
 */
export function gradientEnergy(
  experiment: Pick<Experiment, "particles" | "elements">,
): GradientEnergy | undefined {
  if (!isSimulated(experiment)) return undefined;
  const { particles, elements } = experiment;
  const found = processOf(particles).gradientEnergy();
  return found !== undefined && finestRing(found, particles) < 2 * elements ? undefined : found;
}
