/** Zero-range processes: a site sends a particle each way at a rate of its own number. */
import { rootBetween } from "@spiediff/numerics";
import { particleDensity } from "../process/fields.ts";
import {
  negativeBinomial,
  productLogWeight,
  productSampler,
  type SiteLaw,
} from "../process/product_measure.ts";
import type { BondProcess } from "../process/types.ts";

/** The rate `g(n)` each way of a site with `n >= 1` particles; `g(0) = 0`. */
export type ZeroRangeRate =
  /** 1. */
  | { readonly name: "constant" }
  /** `n`: independent walkers. */
  | { readonly name: "linear" }
  /** `n / (1 + n / capacity)`. */
  | { readonly name: "saturating"; readonly capacity: number }
  /** `values[n - 1]`, the last for all larger `n`. */
  | { readonly name: "table"; readonly values: readonly number[] };

/** `g`, what it never exceeds, and the law of a site of given density. */
interface ZeroRangeLaw {
  readonly bound: number | null;
  g(n: number): number;
  siteLaw(density: number): SiteLaw;
}

/**
 * Equilibrium: independent sites, `P(n)` proportional to `phi^n / (g(1) .. g(n))`; `m = beta phi(rho)`,
 * `beta f' = ln phi` (Evans & Hanney, J. Phys. A 38 (2005) R195).
 *
 * @throws {RangeError} naming the capacity or the entry of the table at fault.
 */
export function zeroRange(rate: ZeroRangeRate): BondProcess {
  const { bound, g, siteLaw } = lawOf(rate);
  return {
    name: `zero-range (${rate.name})`,
    field: particleDensity,
    reach: 1,
    bound,
    rate: g,
    sampler: (density) => productSampler(density, siteLaw),
    logWeight: (contents) => productLogWeight(contents, (n) => 1 / g(n + 1)),
  };
}

function lawOf(rate: ZeroRangeRate): ZeroRangeLaw {
  switch (rate.name) {
    case "constant":
      return {
        bound: 1,
        g: (n) => n >= 1 ? 1 : 0,
        siteLaw: (rho) => negativeBinomial(1, rho),
      };
    case "linear":
      return {
        bound: null,
        g: (n) => n,
        siteLaw: (rho) => ({ empty: Math.exp(-rho), ratio: (n) => rho / (n + 1) }),
      };
    case "saturating": {
      const { capacity } = rate;
      if (!(capacity > 0 && Number.isFinite(capacity))) {
        throw new RangeError(`capacity must be positive and finite, not ${capacity}.`);
      }
      return {
        bound: capacity,
        g: (n) => n / (1 + n / capacity),
        siteLaw: (rho) => negativeBinomial(capacity + 1, rho),
      };
    }
    case "table":
      return tabulated(rate.values);
  }
}

function tabulated(values: readonly number[]): ZeroRangeLaw {
  values.forEach((value, i) => {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new RangeError(`values[${i}] must be positive and finite, not ${value}.`);
    }
  });
  if (values.length === 0) throw new RangeError("values must not be empty.");
  const count = values.length, last = values[count - 1];
  /** Sum of weights and mean at fugacity `phi`: the table's terms, then a geometric tail. */
  const sums = (phi: number) => {
    const q = phi / last;
    let weight = 1, total = 0, first = 0;
    for (let n = 0; n < count; weight *= phi / values[n++]) {
      total += weight;
      first += n * weight;
    }
    total += weight / (1 - q);
    first += weight * (count / (1 - q) + q / (1 - q) ** 2);
    return { total, mean: first / total };
  };
  const g = (n: number) => n < 1 ? 0 : values[Math.min(n, count) - 1];
  return {
    bound: Math.max(...values),
    g,
    siteLaw(rho) {
      // In q = phi / last, by ln(mean / rho): it runs from -infinity to infinity.
      const q = rootBetween((s) => Math.log(sums(s * last).mean / rho), 1e-12, 1 - 1e-12);
      return { empty: 1 / sums(q * last).total, ratio: (n) => q * last / g(n + 1) };
    },
  };
}
