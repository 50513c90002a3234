/** What the two curves say of a profile's fluxes and of its mobilities, with tangents in their logarithms. */
import { gaussLegendre, gaussPoints } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";
import type { PriorBasis } from "./prior_basis.ts";

const RULE = gaussLegendre[3];

/** Values `[M]`, and what a unit of each coefficient adds to them, `[M, basis]`. */
export interface Response {
  readonly values: Float64Array;
  readonly tangent: Matrix;
}

/**
 * Element fluxes `J_e = -M (P(rho_{e+1}) - P(rho_e))`, `P' = D`, the mean of `-D d_x rho` over element e.
 *
 * @param density `[M]`, point values at the nodes.
 */
export function fluxResponse(
  density: ArrayLike<number>,
  diffusivity: (density: number) => number,
  basis: PriorBasis,
): Response {
  const M = density.length;
  return response(density, basis, (a, b, points) => {
    const slope = -M * (b - a);
    const weights = points.map((rho, q) => slope * RULE.weights[q] * diffusivity(rho));
    return { value: weights.reduce((x, y) => x + y, 0), weights };
  });
}

/**
 * Logarithms of the mobility's means over the elements.
 *
 * @param density `[M]`, consistent nodal densities: linear on each element.
 */
export function mobilityResponse(
  density: ArrayLike<number>,
  mobility: (density: number) => number,
  basis: PriorBasis,
): Response {
  return response(density, basis, (_a, _b, points) => {
    const parts = points.map((rho, q) => RULE.weights[q] * mobility(rho));
    const mean = parts.reduce((x, y) => x + y, 0);
    return { value: Math.log(mean), weights: parts.map((part) => part / mean) };
  });
}

function response(
  density: ArrayLike<number>,
  basis: PriorBasis,
  element: (a: number, b: number, points: number[]) => { value: number; weights: number[] },
): Response {
  const M = density.length;
  const values = new Float64Array(M);
  const rows = Array.from({ length: M }, (_, e) => {
    const a = density[e], b = density[(e + 1) % M];
    const points = gaussPoints(a, b, RULE);
    const { value, weights } = element(a, b, points);
    values[e] = value;
    const row = new Float64Array(basis.size);
    points.forEach((rho, q) => basis.values(rho).forEach((v, k) => row[k] += weights[q] * v));
    return row;
  });
  return { values, tangent: new Matrix(rows) };
}
