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
