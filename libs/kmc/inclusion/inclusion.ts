/** The symmetric inclusion process: particles invite each other. */
import { fieldOf } from "@spiediff/law";
import { PARTICLE_DENSITY } from "../process/fields.ts";
import { negativeBinomial, productLogWeight, productSampler } from "../process/product_measure.ts";
import type { BondProcess } from "../process/types.ts";

/**
 * A particle moves from `x` to its neighbour `y` at rate `n_x (alpha + n_y)`. Equilibrium: independent
 * negative binomials of shape `alpha`; `m = beta rho (alpha + rho)`, `D = alpha` (Giardina, Redig &
 * Vafayi, J. Stat. Phys. 141 (2010) 242).
 *
 * @throws {RangeError} unless `alpha` is positive and finite.
 */
export function inclusion(alpha: number): BondProcess {
  if (!(alpha > 0 && Number.isFinite(alpha))) {
    throw new RangeError(`alpha must be positive and finite, not ${alpha}.`);
  }
  return {
    name: "inclusion",
    field: fieldOf(PARTICLE_DENSITY),
    reach: 1,
    bound: null,
    rate: (from, to) => from * (alpha + to),
    sampler: (density) => productSampler(density, (rho) => negativeBinomial(alpha, rho)),
    logWeight: (contents) => productLogWeight(contents, (n) => (n + alpha) / (n + 1)),
  };
}
