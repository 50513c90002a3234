import type { ExactReference } from "./types.ts";

/** f'' of a reference: its own, or central differences, since f' goes like `ln rho` and `-ln(1 - rho)`. */
export function curvatureOf(
  { drivingForce, curvature }: Pick<ExactReference, "drivingForce" | "curvature">,
  density: number,
): number {
  if (curvature !== undefined) return curvature(density);
  const step = 1e-4 * Math.min(density, 1 - density);
  return (drivingForce(density + step) - drivingForce(density - step)) / (2 * step);
}
