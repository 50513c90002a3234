/**
 * The mobility (or K1) between two nodes from its values at the two Gauss points of their densities: the
 * mean `integral of m f'' / integral of f''`, so that times the difference of f' it is the difference of
 * P, `P' = m f''`, to fourth order in the difference of densities. The plain mean where f is not convex:
 * positive for any law.
 *
 * @param firstCurvature, secondCurvature f'' at these points.
 */
export function pairMean(
  first: number,
  second: number,
  firstCurvature: number,
  secondCurvature: number,
): number {
  if (!(firstCurvature > 0 && secondCurvature > 0)) return (first + second) / 2;
  return (first * firstCurvature + second * secondCurvature) / (firstCurvature + secondCurvature);
}

/** Densities closer than this have no quotient of differences; the mean over two points is as good. */
const SMALLEST_DIFFERENCE = 1e-5;

/**
 * The mobility between two nodes whose flux is exactly the difference of P, `P' = m f''`; undefined where
 * their densities are too close to divide.
 *
 * @param rho, pressure, drivingForce Their differences between the nodes.
 */
export const pairQuotient = (
  rho: number,
  pressure: number,
  drivingForce: number,
): number | undefined => Math.abs(rho) > SMALLEST_DIFFERENCE ? pressure / drivingForce : undefined;
