import type { Experiment } from "@spiediff/experiment";
import { couplings } from "@spiediff/kmc";
import { finestRing, type GradientEnergy } from "@spiediff/law";

/**
 * What an experiment's kernel leaves beyond a local law, known without any data: `kappa = eps^2 sum_r J(r) r^2`,
 * `eps = 1/N`, and for Arrhenius rates the exponent `beta kappa` in the mobility (docs/theory.md section 5).
 * Undefined where there is no interaction, no kernel is known, or one repels over so far that the model's ring and
 * the one that its mesh error is measured on are too fine for it.
 */
export function gradientEnergy(
  { particles, elements }: Pick<Experiment, "particles" | "elements">,
): GradientEnergy | undefined {
  if (particles.system === "foreign") return undefined;
  const betaJ = couplings(particles);
  const sum = betaJ.reduce((total, coupling, r) => total + (r === 0 ? 0 : coupling * r * r), 0);
  const mobilityExponent = sum / particles.sites ** 2;
  const found = { kappa: mobilityExponent / particles.beta, mobilityExponent };
  return sum === 0 || finestRing(found, particles) < 2 * elements ? undefined : found;
}

/** Of fluxes, where the law is known to be local but for its gradient energy, and where it is not. */
const LOCAL = 1e-4, UNKNOWN = 1e-3;
/** Fourth power of the longest wave's number, over `beta f''` of independent particles at half filling. */
const WAVE = (2 * Math.PI) ** 4 / 4;

/**
 * Error of the law relative to fluxes that is likely before the data are seen. From local equilibrium it is what
 * the expansion of a known kernel leaves out, `eps^4 sum_r J(r) r^4 / 12` in place of `kappa`, and what numbers
 * leave.
 */
export function expectedLawError(experiment: Pick<Experiment, "particles" | "elements">): number {
  const { particles } = experiment;
  if (particles.system === "foreign" || particles.initialState !== "local-gibbs") return UNKNOWN;
  const betaJ = couplings(particles);
  if (gradientEnergy(experiment) === undefined && betaJ.some((v, r) => r > 0 && v !== 0)) {
    return UNKNOWN;
  }
  const next = betaJ.reduce((sum, coupling, r) => sum + coupling * (r / particles.sites) ** 4, 0);
  return LOCAL + WAVE * Math.abs(next) / 12;
}
