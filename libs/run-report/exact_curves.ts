import type { Field } from "@spiediff/law";
import { curvatureOf, exactK1, type ExactReference } from "@spiediff/exact-reference";

/** The known answers that a law is held against. */
export interface ExactLaws {
  readonly reference: ExactReference;
  /** The L -> infinity formula; null where none is in use. */
  readonly limit: ExactReference | null;
  /** What the laws are about; the occupied fraction of sites when absent. */
  readonly field?: Field;
}

/** Which state a reference is of, and what it is worth: "equilibrium (expansion)". */
export function referenceLabel({ name, kind }: Pick<ExactReference, "name" | "kind">): string {
  return `${name === "independent-sites" ? "independent sites" : "equilibrium"} (${kind})`;
}

/** The exact answers over a density grid. */
export type ExactCurves =
  & { readonly K1Limit: number[] | null }
  & Record<
    "K1" | "mobility" | "diffusivity" | "curvature" | "drivingForce" | "freeEnergy",
    number[]
  >;

/** Evaluates exact answers at densities; K1 is that of a ring of `elements` elements. */
export function exactCurves(laws: ExactLaws, density: number[], elements: number): ExactCurves {
  const { reference, limit } = laws;
  const mobility = density.map((rho) => reference.mobility(rho));
  const curvature = density.map((rho) => curvatureOf(reference, rho));
  return {
    mobility,
    curvature,
    diffusivity: mobility.map((m, i) => m * curvature[i]),
    K1: density.map((rho) => exactK1(reference, rho, rho, elements)),
    K1Limit: limit && density.map((rho) => exactK1(limit, rho, rho, elements)),
    drivingForce: density.map((rho) => reference.drivingForce(rho)),
    freeEnergy: density.map((rho) => reference.freeEnergy(rho)),
  };
}
