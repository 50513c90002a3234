import type { Law } from "@spiediff/law";
import type { Point } from "./method.ts";

/** Nodes of a stationary state differ from equilibrium by less than this share of a step's tolerance. */
const SHARE_OF_TOLERANCE = 1e-4;
/** Rounding of densities: below it nothing can be told. */
const SMALLEST_DIFFERENCE = 1e-13;

/**
 * Whether nothing will happen any more: the driving force of every field is the same at all nodes, to
 * `f''` times a density difference far below the tolerance, and f is convex there, so that the state is not
 * one of rest that the smallest disturbance leaves.
 */
export function isStationary(law: Law, point: Point, tolerance: number): boolean {
  if (!law.fillsCurvature) return false;
  const difference = Math.max(SHARE_OF_TOLERANCE * tolerance, SMALLEST_DIFFERENCE);
  const { drivingForce, curvature } = point.values;
  for (let base = 0; base < drivingForce.length; base += law.mesh.nodes) {
    let low = Infinity, high = -Infinity, stiffest = Infinity;
    for (let i = base; i < base + law.mesh.nodes; i++) {
      low = Math.min(low, drivingForce[i]);
      high = Math.max(high, drivingForce[i]);
      stiffest = Math.min(stiffest, curvature[i]);
    }
    if (!(stiffest > 0)) return false;
    if (!(high - low <= stiffest * difference + law.drivingForceRounding)) return false;
  }
  return true;
}
