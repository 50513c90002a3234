import { elementPoints } from "@spiediff/mesh";
import { lumpedFreeEnergy } from "./free_energy.ts";
import { pairMean } from "./pair_mean.ts";
import type { MacroscopicLaw } from "./types.ts";

/** A local law as functions of density, `d_t rho = d_x(m(rho) d_x f'(rho))`. */
export interface LocalLaw {
  mobility(density: number): number;
  freeEnergy(density: number): number;
  drivingForce(density: number): number;
  curvature(density: number): number;
  /** P with `P' = m f''`, where it can be had without cancellation: fluxes are then exact. */
  pressure?(density: number): number;
}

/** Densities closer than this have no quotient of differences; the mean over two points is as good. */
const SMALLEST_DIFFERENCE = 1e-5;

/** The macroscopic law of `members` equal systems on a mesh of `elements`. */
export function localLaw(form: LocalLaw, elements: number, members = 1): MacroscopicLaw {
  return {
    members,
    elements,
    fillsCurvature: true,
    freeEnergyAccuracy: 0,
    drivingForceRounding: 0,
    evaluate(density, _time, out) {
      for (let base = 0; base < density.length; base += elements) {
        for (let i = 0; i < elements; i++) {
          const a = density[base + i];
          const b = density[base + (i + 1) % elements];
          out.K1[base + i] = -elements * mobilityBetween(form, a, b);
          out.drivingForce[base + i] = form.drivingForce(a);
          out.curvature[base + i] = form.curvature(a);
        }
      }
    },
    freeEnergy: (averages, out) =>
      lumpedFreeEnergy((rho) => form.freeEnergy(rho), averages, elements, out),
  };
}

/** The mean of m weighted by f'': that of P over that of f' where P is known and f convex. */
function mobilityBetween(form: LocalLaw, a: number, b: number): number {
  const { mobility, curvature, pressure, drivingForce } = form;
  const [first, second] = elementPoints(a, b);
  // Across densities where f is not convex f' may be the same on both sides.
  const convex = [a, first, (a + b) / 2, second, b].every((rho) => curvature(rho) > 0);
  if (pressure && convex && Math.abs(b - a) > SMALLEST_DIFFERENCE) {
    return (pressure(b) - pressure(a)) / (drivingForce(b) - drivingForce(a));
  }
  return pairMean(mobility(first), mobility(second), curvature(first), curvature(second));
}
