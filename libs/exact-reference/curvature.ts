import type { ExactReference } from "./types.ts";

/** f'' of a reference, by central differences: f' goes like `ln rho` and `-ln(1 - rho)` near its ends. */
export function curvatureOf(
  { drivingForce }: Pick<ExactReference, "drivingForce">,
  density: number,
): number {
  const step = 1e-4 * Math.min(density, 1 - density);
  return (drivingForce(density + step) - drivingForce(density - step)) / (2 * step);
}
