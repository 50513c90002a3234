/** What control variates need of one interval, and how it follows from sums over attempts. */

import { bandWidth } from "@spiediff/numerics";
import { addSmoothSums, placesOf } from "./smooth_windows.ts";

/** Integrals over one interval, per element, in units of hops. */
export interface IntervalIntegrals {
  /** `[M]`, `A_e`. */
  readonly compensator: Float64Array;
  /**
   * `[M]`, the compensator seen through smooth windows: bonds weighted by the quadratic B-spline
   * centred on element `e` (three elements wide) instead of by the element's indicator.
   *
   * Why: a current's compensator is nearly a difference of local functions at the window's ends, so
   * most of the noise of `A_e` comes from its sharp ends. A smooth window averages over them.
   */
  readonly smoothCompensator: Float64Array;
  /** Band `[M, bandWidth(M)]`, `<Mart_e, Mart_f>`. */
  readonly bracket: Float64Array;
}

/** Allocates integrals for `M` elements. */
export function createIntegrals(elements: number): IntervalIntegrals {
  return {
    compensator: new Float64Array(elements),
    smoothCompensator: new Float64Array(elements),
    bracket: new Float64Array(elements * bandWidth(elements)),
  };
}

/** Forgets everything. */
export function clearIntegrals(
  { compensator, smoothCompensator, bracket }: IntervalIntegrals,
): void {
  compensator.fill(0);
  smoothCompensator.fill(0);
  bracket.fill(0);
}

/**
 * Sets both compensators from those of every bond.
 *
 * @param net `[N]` or longer, in units of `unit` hops.
 */
export function fillCompensators(
  net: Float64Array,
  sites: number,
  unit: number,
  { compensator, smoothCompensator }: IntervalIntegrals,
): void {
  const elements = compensator.length, perElement = sites / elements;
  for (let e = 0, x = 0; e < elements; e++) {
    let sum = 0;
    for (const end = x + perElement; x < end; x++) sum += net[x];
    compensator[e] = sum * unit;
  }
  addSmoothSums(placesOf(perElement, 0.5), net, unit, smoothCompensator.fill(0));
}
