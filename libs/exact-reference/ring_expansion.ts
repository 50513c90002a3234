import { cosineSpectrum, meanResolventRoot } from "@spiediff/numerics";

/** Points in k for each site of the range: correlations are over long before the ring closes. */
const POINTS_PER_SITE = 16, FEWEST_POINTS = 512;
/** Distances, over the range, at which correlations are summed. */
const REACH = 4;

/** Correlations of a lattice gas at one density, by the optimised ring sum and its two loops. */
export interface RingCorrelations {
  /** Shift of the inverse response that makes a site exclude a second particle. */
  readonly sigma: number;
  /** `(kappa3^2 / 12) sum over r != 0 of h(r)^3`; `-1` times its slope in density is the two-loop part of f'. */
  readonly twoLoops: number;
  /** Covariance of neighbouring sites' occupations, ring sum alone, and what two loops add to it. */
  readonly neighbours: number;
  readonly neighboursTwoLoops: number;
}

/**
 * Optimised ring sum (mean spherical closure) and two loops, an expansion in the inverse range:
 * with `chi = rho (1 - rho)`, `v(k) = 2 sum beta J(r) cos kr`, sigma from
 * `integral dk/2pi [1/chi + sigma - v]^-1 = chi`, `C(r) = integral cos kr / (1/chi + sigma - v)`, `h = C / chi^2`.
 *
 * Source: docs/theory.md section 5.
 *
 * @param couplings `beta J(r)` `[L + 1]`; entry 0 does not count.
 */
export function ringExpansion(
  couplings: ArrayLike<number>,
): (density: number) => RingCorrelations {
  const range = couplings.length - 1;
  const points = Math.max(FEWEST_POINTS, POINTS_PER_SITE * range);
  const reach = Math.max(60, REACH * range);
  // Even functions of k: half of the circle, between its points, speaks for all.
  const half = points / 2;
  const table = Float64Array.from({ length: points * 2 }, (_, q) => Math.cos(Math.PI * q / points));
  const cos = (i: number, r: number) => table[(2 * i + 1) * r % (2 * points)];
  const v = cosineSpectrum(couplings, half);
  const mean = (value: (i: number) => number) => {
    let sum = 0;
    for (let i = 0; i < half; i++) sum += value(i);
    return sum / half;
  };
  return (density) => {
    const chi = density * (1 - density);
    const kappa3 = chi * (1 - 2 * density);
    const stiffness = meanResolventRoot(v, chi);
    const response = v.map((value) => 1 / (stiffness - value));
    const h = Float64Array.from(
      { length: reach + 1 },
      (_, r) => r === 0 ? 0 : mean((i) => response[i] * cos(i, r)) / chi ** 2,
    );
    let cubes = 0;
    for (let r = 1; r <= reach; r++) cubes += 2 * h[r] ** 3;
    // The self-energy of two loops; c keeps the variance of a site at chi.
    const bubble = response.map((_, i) => {
      let sum = 0;
      for (let r = 1; r <= reach; r++) sum += 2 * h[r] ** 2 * cos(i, r);
      return kappa3 ** 2 / 2 * sum;
    });
    const square = response.map((g) => (g / chi) ** 2);
    const c = -mean((i) => square[i] * bubble[i]) / mean((i) => square[i]);
    return {
      sigma: stiffness - 1 / chi,
      twoLoops: kappa3 ** 2 / 12 * cubes,
      neighbours: h[1] * chi ** 2,
      neighboursTwoLoops: mean((i) => square[i] * (bubble[i] + c) * cos(i, 1)),
    };
  };
}
