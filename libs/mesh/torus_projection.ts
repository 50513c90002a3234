/** Projections onto tensor products of hat functions, `gamma_i(x) gamma_j(y)`, of the torus of side 1. */
import { gaussLegendre, gaussPoints } from "@spiediff/numerics";
import { projectOccupation, sitesPerElement } from "./hat_function.ts";
import { type Dimension, mapAllLines, sideOf } from "./lines.ts";

/** Points of an element's axis: exact for products of polynomials of degree 8 with a hat. */
const RULE = gaussLegendre[5];

/**
 * `z_i = integral of rho gamma_i dx` of a field, by Gauss-Legendre quadrature.
 *
 * @param field Density at a position, each coordinate in `[0, 1)`; smooth within elements.
 * @param elements `M` to each axis.
 * @returns `[M^d]`, the first axis fastest.
 */
export function projectTorusField(
  field: (position: readonly number[]) => number,
  elements: number,
  dimension: Dimension,
): Float64Array {
  const places = gaussPoints(0, 1, RULE), perElement = places.length;
  const points = elements * perElement;
  const position = (q: number) => (Math.floor(q / perElement) + places[q % perElement]) / elements;
  const at = new Array<number>(dimension).fill(0);
  const values = new Float64Array(points ** dimension).map((_, index) => {
    for (let axis = 0, rest = index; axis < dimension; axis++) {
      at[axis] = position(rest % points);
      rest = Math.floor(rest / points);
    }
    return field(at);
  });
  const projectLine = (line: Float64Array) => {
    const z = new Float64Array(elements);
    line.forEach((value, q) => {
      const e = Math.floor(q / perElement), s = places[q % perElement];
      const mass = RULE.weights[q % perElement] * value / elements;
      z[e] += mass * (1 - s);
      z[(e + 1) % elements] += mass * s;
    });
    return z;
  };
  return mapAllLines(values, points, elements, dimension, projectLine);
}

/**
 * `z_i = eps^d sum over sites of contents gamma_i`, `eps = 1/N`, of one configuration.
 *
 * @param contents `[N^d]`, the first axis fastest.
 * @param elements `M` to each axis, a divisor of `N`.
 * @returns `[M^d]`.
 * @throws {RangeError} unless the sites are those of a square or cube whose side `M` divides.
 */
export function projectContents(
  contents: Float64Array,
  elements: number,
  dimension: Dimension,
): Float64Array {
  const side = sideOf(contents.length, dimension);
  sitesPerElement(side, elements);
  const projectLine = (line: Float64Array) => projectOccupation(line, elements);
  return mapAllLines(contents, side, elements, dimension, projectLine);
}
