/** Independent whole numbers of particles, site by site. */
import type { ContentsSampler } from "./types.ts";

/** The law of one site: `P(0)`, and `P(n + 1) / P(n)`. */
export interface SiteLaw {
  readonly empty: number;
  ratio(n: number): number;
}

/** Draws sites of the laws that belong to their densities, by inversion. */
export function productSampler(
  density: Float64Array,
  lawAt: (density: number) => SiteLaw,
): ContentsSampler {
  const laws = Array.from(density, lawAt);
  return (out, { uniform }) => {
    for (let x = 0; x < laws.length; x++) {
      const { empty, ratio } = laws[x];
      let n = 0, p = empty;
      // Ends where what is left of the tail is below the uniforms' resolution.
      for (let u = uniform() - p; u >= 0 && p > 1e-18; u -= p) p *= ratio(n++);
      out[x] = n;
    }
  };
}

/** Negative binomial of shape `r` and mean `rho`. */
export function negativeBinomial(r: number, rho: number): SiteLaw {
  const p = rho / (r + rho);
  return { empty: (r / (r + rho)) ** r, ratio: (n) => p * (n + r) / (n + 1) };
}

/** Sum over sites of `ln` of the product of `ratio(0 .. n - 1)`. */
export function productLogWeight(
  contents: ArrayLike<number>,
  ratio: (n: number) => number,
): number {
  let sum = 0;
  for (let x = 0; x < contents.length; x++) {
    for (let n = 0; n < contents[x]; n++) sum += Math.log(ratio(n));
  }
  return sum;
}
