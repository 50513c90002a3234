import { conservedField, dimensionOf, type Experiment, isSimulated } from "@spiediff/experiment";
import { processOf } from "@spiediff/kmc";
import { fieldOf, finestRing, type GradientEnergy } from "@spiediff/law";

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
  if (found === undefined) return undefined;
  const field = fieldOf(conservedField(experiment));
  // Without an upper end nothing says how little f'' may be: repulsion is left to the band there.
  return finestRing(found, particles, field, field.high) < 2 * elements ? undefined : found;
}

/** Of fluxes, where the law is known to be local but for its gradient energy, and where it is not. */
const LOCAL = 1e-4, UNKNOWN = 1e-3;
/** Fourth power of the longest wave's number, over `beta f''` of independent particles at half filling. */
const WAVE = (2 * Math.PI) ** 4 / 4;

/**
 * What lines of nodes of a square or cube, of few elements, leave of the longest wave: points from averages are of fourth
 * order, off by `(k Delta)^4 / 240`. A ring's elements are many.
 */
const lineError = (experiment: Pick<Experiment, "particles" | "elements">): number =>
  dimensionOf(experiment) > 1 ? (2 * Math.PI / experiment.elements) ** 4 / 240 : 0;

/**
 * Error of the law relative to fluxes that is likely before the data are seen. From local equilibrium it is what
 * the expansion of a known kernel leaves out, `eps^4 sum_r J(r) r^4 / 12` in place of `kappa`, and what numbers
 * leave.
 */
export function expectedLawError(experiment: Pick<Experiment, "particles" | "elements">): number {
  if (!isSimulated(experiment)) return UNKNOWN;
  const process = processOf(experiment.particles);
  const next = process.nextOrder();
  if (next === undefined || !process.start().isEquilibrium) return UNKNOWN;
  if (next !== 0 && gradientEnergy(experiment) === undefined) return UNKNOWN;
  return LOCAL + WAVE * Math.abs(next) / 12 + lineError(experiment);
}
