import { relativeError } from "./compared_curve.ts";
import { densityGrid, isCovered } from "./density_grid.ts";
import { type ExactCurves, exactCurves, type ExactLaws } from "./exact_curves.ts";
import { integral, moveOnto, withoutLine } from "./gauge.ts";

/** R_L2 figures over the covered densities (docs/theory.md section 7). */
export interface LawErrors {
  readonly k1: number;
  /** Null where no limit is known. */
  readonly k1AgainstLimit: number | null;
  readonly freeEnergyAffineGauge: number;
  readonly freeEnergyGaugeFree: number;
  readonly diffusivity: number;
}

/** The errors that every law with a reference has. */
export type LawMeasure = Exclude<keyof LawErrors, "k1AgainstLimit">;

/** Two functions of density that make a law. */
export interface LawFunctions {
  /** K1(rho, rho) at densities. */
  k1(density: number[]): ArrayLike<number>;
  /** f' at densities, in any gauge. */
  drivingForce(density: number[]): ArrayLike<number>;
}

/** Errors of any law on the grid that models are measured on; f is the integral of its f'. */
export function errorsOfLaw(
  law: LawFunctions,
  laws: ExactLaws,
  elements: number,
  covered: readonly [number, number],
): LawErrors {
  const density = densityGrid(covered, laws.field);
  const exact = exactCurves(laws, density, elements);
  const force = Array.from(law.drivingForce(density));
  const inside = (i: number) => isCovered(covered)(density[i]);
  const moved = moveOnto(density, integral(density, force), exact.freeEnergy, inside).values;
  return lawErrors(density.map((_, i) => i).filter(inside), density, {
    K1: { mean: Array.from(law.k1(density)) },
    drivingForce: { mean: force },
    freeEnergy: { mean: Array.from(moved) },
  }, exact);
}

/** Errors of curves over the points `indices` of a density grid. */
export function lawErrors(
  indices: readonly number[],
  density: readonly number[],
  { K1, drivingForce, freeEnergy }: Record<
    "K1" | "drivingForce" | "freeEnergy",
    { readonly mean: number[] }
  >,
  exact: ExactCurves,
): LawErrors {
  const pick = (values: ArrayLike<number>) => indices.map((i) => values[i]);
  const rho = pick(density);
  // m f'' from both, up to the number of elements: K1(rho, rho) = -m / Delta, and f'' by central
  // differences on the same grid.
  const diffusivity = (k1: number[], fp: number[]) =>
    indices.filter((i) => i > 0 && i + 1 < density.length).map((i) =>
      -k1[i] * (fp[i + 1] - fp[i - 1]) / (density[i + 1] - density[i - 1])
    );
  return {
    k1: relativeError(pick(K1.mean), pick(exact.K1)),
    k1AgainstLimit: exact.K1Limit && relativeError(pick(K1.mean), pick(exact.K1Limit)),
    freeEnergyAffineGauge: relativeError(pick(freeEnergy.mean), pick(exact.freeEnergy)),
    freeEnergyGaugeFree: relativeError(
      withoutLine(rho, pick(freeEnergy.mean)),
      withoutLine(rho, pick(exact.freeEnergy)),
    ),
    diffusivity: relativeError(
      diffusivity(K1.mean, drivingForce.mean),
      diffusivity(exact.K1, exact.drivingForce),
    ),
  };
}
