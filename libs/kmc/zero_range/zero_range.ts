/** Zero-range processes: a site sends a particle each way at a rate of its own number. */
import type { ExactReference } from "@spiediff/exact-reference";
import { rootBetween } from "@spiediff/numerics";
import { fieldOf } from "@spiediff/law";
import { PARTICLE_DENSITY } from "../process/fields.ts";
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
    field: fieldOf(PARTICLE_DENSITY),
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
  const { sums, fugacity, g } = tableSums(values);
  return {
    bound: Math.max(...values),
    g,
    siteLaw(rho) {
      const phi = fugacity(rho);
      return { empty: 1 / sums(phi).total, ratio: (n) => phi / g(n + 1) };
    },
  };
}

/**
 * The law of a table of rates: `m = beta phi(rho)`, `beta f' = ln phi`, `beta f'' = 1 / (variance of a site)`.
 *
 * @throws {RangeError} naming the entry of the table at fault.
 */
export function zeroRangeTable(values: readonly number[], beta: number): ExactReference {
  const { sums, fugacity } = tableSums(values);
  const curvature = (rho: number) => 1 / (beta * sums(fugacity(rho)).variance);
  return {
    name: "zero-range",
    source: "zero-range process, product measure (Evans & Hanney 2005)",
    kind: "exact",
    error: { mobility: () => 0, drivingForce: () => 0, curvature: () => 0 },
    mobility: (rho) => beta * fugacity(rho),
    drivingForce: (rho) => Math.log(fugacity(rho)) / beta,
    curvature,
    freeEnergy(rho) {
      const phi = fugacity(rho);
      return (rho * Math.log(phi) - Math.log(sums(phi).total)) / beta;
    },
  };
}

function tableSums(values: readonly number[]) {
  values.forEach((value, i) => {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new RangeError(`values[${i}] must be positive and finite, not ${value}.`);
    }
  });
  if (values.length === 0) throw new RangeError("values must not be empty.");
  const count = values.length, last = values[count - 1];
  /** Sum of weights, mean and variance at fugacity `phi`: the table's terms, then a geometric tail. */
  const sums = (phi: number) => {
    const q = phi / last, rest = 1 - q;
    let weight = 1, total = 0, first = 0, second = 0;
    for (let n = 0; n < count; weight *= phi / values[n++]) {
      total += weight;
      first += n * weight;
      second += n * n * weight;
    }
    total += weight / rest;
    first += weight * (count / rest + q / rest ** 2);
    second += weight * (count * count / rest + 2 * count * q / rest ** 2 + q * (1 + q) / rest ** 3);
    const mean = first / total;
    return { total, mean, variance: second / total - mean * mean };
  };
  return {
    sums,
    g: (n: number) => n < 1 ? 0 : values[Math.min(n, count) - 1],
    // By ln(mean / rho) in q = phi / last: it runs from -infinity to infinity.
    fugacity: (rho: number) =>
      last * rootBetween((s) => Math.log(sums(s * last).mean / rho), 1e-12, 1 - 1e-12),
  };
}
