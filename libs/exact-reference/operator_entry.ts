import { gaussMean } from "@spiediff/numerics";
import type { ExactReference } from "./types.ts";

/**
 * `K1(a, b) = -(1/Delta^2) * integral over one element of m(rho) dx`, with `rho` linear from `a` to
 * `b` over the element and `Delta = 1/M`: the off-diagonal entry of the dissipative operator, by
 * 16-point Gauss-Legendre quadrature.
 *
 * Source: docs/theory.md section 3. Symmetric in `a` and `b`, never positive.
 *
 * @throws {RangeError} if `a` or `b` is outside (0, 1).
 */
export function exactK1(
  reference: Pick<ExactReference, "mobility">,
  a: number,
  b: number,
  elements: number,
): number {
  return -elements * gaussMean(reference.mobility, a, b);
}

/** `K1` of every element `[M]` for nodal densities `[M]`; element `e` couples `e` and `e + 1`. */
export function exactK1OfProfile(
  reference: Pick<ExactReference, "mobility">,
  density: ArrayLike<number>,
): Float64Array {
  const n = density.length;
  return Float64Array.from(
    { length: n },
    (_, e) => exactK1(reference, density[e], density[(e + 1) % n], n),
  );
}

/** `K1` of every element `[M]` for a smooth density field, integrated over the true profile. */
export function exactK1OfField(
  reference: Pick<ExactReference, "mobility">,
  field: (x: number) => number,
  elements: number,
): Float64Array {
  const mobilityAt = (s: number) => reference.mobility(field(s / elements));
  return Float64Array.from(
    { length: elements },
    (_, e) => -elements * gaussMean(mobilityAt, e, e + 1),
  );
}

/**
 * Element fluxes `J_e = -(1/Delta) * integral over the element of m d_x f'(rho) dx` `[M]` of a smooth
 * field: the current that the hat functions see, `dz_i/dt = J_{i-1} - J_i`.
 */
export function exactFluxOfField(
  reference: ExactReference,
  field: (x: number) => number,
  elements: number,
): Float64Array {
  // m d_x f' = d_x g with g' = m f'': integrate by parts in rho, not in x, by a fine midpoint rule.
  const panels = 64;
  return Float64Array.from({ length: elements }, (_, e) => {
    let sum = 0;
    for (let k = 0; k < panels; k++) {
      const left = (e + k / panels) / elements;
      const right = (e + (k + 1) / panels) / elements;
      sum += reference.mobility(field((left + right) / 2)) *
        (reference.drivingForce(field(right)) - reference.drivingForce(field(left)));
    }
    return -elements * sum;
  });
}
