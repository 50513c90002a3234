/** A positive function of density, as the surrogate has D and m. */
import type { PriorBasis } from "./prior_basis.ts";

/** What a law has of each: the data of fluxes know D alone, those of the operator m alone. */
export interface Curves<T> {
  /** `D = m f''`. */
  readonly diffusivity: T;
  readonly mobility: T;
}

export type CurveName = keyof Curves<unknown>;
export const CURVES: readonly CurveName[] = ["diffusivity", "mobility"];

/** The same for both curves. */
export const bothCurves = <T>(of: (name: CurveName) => T): Curves<T> => ({
  diffusivity: of("diffusivity"),
  mobility: of("mobility"),
});

/** `exp(base + basis . coefficients)`. */
export interface LawCurve {
  readonly basis: PriorBasis;
  readonly base: (density: number) => number;
  /** `[basis.size]`. */
  readonly coefficients: Float64Array;
}

/** What a curve's coefficients add to the logarithm at a density. */
export function correctionOf({ basis, coefficients }: LawCurve, density: number): number {
  return basis.values(density).reduce((sum, value, k) => sum + value * coefficients[k], 0);
}

/** The curve's value at a density. */
export const valueOf = (curve: LawCurve, density: number): number =>
  Math.exp(curve.base(density) + correctionOf(curve, density));
