import { gaussLegendre } from "@spiediff/numerics";

/** Distance of the two points from the middle, in halves of an element. */
const [, OFFSET] = gaussLegendre[2].points;

/**
 * The two densities at which a function of density is to be looked at for its mean over an element between
 * nodes of the densities `left` and `right`: `[lower, upper]`, and the mean of both values is the element's,
 * to fourth order in their difference (two-point Gauss rule).
 */
export function elementPoints(left: number, right: number): [number, number] {
  const middle = (left + right) / 2, offset = OFFSET * Math.abs(right - left) / 2;
  return [middle - offset, middle + offset];
}
