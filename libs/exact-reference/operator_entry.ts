import { GAUSS_LEGENDRE } from "@spiediff/mesh";
import type { ExactReference } from "./types.ts";

const { nodes: NODES, weights: WEIGHTS } = GAUSS_LEGENDRE;

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
  const middle = (a + b) / 2;
  const half = (b - a) / 2;
  let mean = 0;
  for (let q = 0; q < NODES.length; q++) {
    mean += WEIGHTS[q] / 2 *
      (reference.mobility(middle + half * NODES[q]) + reference.mobility(middle - half * NODES[q]));
  }
  return -elements * mean;
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
  return Float64Array.from({ length: elements }, (_, e) => {
    let mean = 0;
    for (let q = 0; q < NODES.length; q++) {
      for (const s of [0.5 - NODES[q] / 2, 0.5 + NODES[q] / 2]) {
        mean += WEIGHTS[q] / 2 * reference.mobility(field((e + s) / elements));
      }
    }
    return -elements * mean;
  });
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
