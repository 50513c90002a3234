import type { Experiment } from "@spiediff/experiment";
import { couplings } from "@spiediff/kmc";
import type { GradientEnergy } from "@spiediff/law";

/**
 * What an experiment's kernel leaves beyond a local law, known without any data: `kappa = eps^2 sum_r J(r) r^2`,
 * `eps = 1/N`, and for Arrhenius rates the exponent `beta kappa` in the mobility (docs/theory.md section 5).
 * Undefined where there is no interaction, or no kernel is known.
 */
export function gradientEnergy(
  { particles }: Pick<Experiment, "particles">,
): Omit<GradientEnergy, "kind"> | undefined {
  if (particles.system === "foreign") return undefined;
  const betaJ = couplings(particles);
  const sum = betaJ.reduce((total, coupling, r) => total + (r === 0 ? 0 : coupling * r * r), 0);
  const mobilityExponent = sum / particles.sites ** 2;
  return sum === 0 ? undefined : { kappa: mobilityExponent / particles.beta, mobilityExponent };
}
