import { gaussLegendre, gaussMean } from "@spiediff/numerics";
import type { DrivingForceTable } from "./driving_force_table.ts";
import type { MobilityTable } from "./mobility_table.ts";

/**
 * P of every member, `P' = m f''`, as cubics with exact slopes: its difference between two densities
 * over that of f' is the mobility that carries exactly the flux of the differential equation.
 */
export interface PressureTable {
  /** Cubics of a density inside of the tables that it was made of. */
  pressure(member: number, density: number): number;
}

const FEWEST_POINTS = 65;

/** Integrates the product of both tables, over the densities that both cover. */
export function tabulatePressure(
  members: number,
  force: DrivingForceTable,
  mobility: MobilityTable,
): PressureTable {
  const { low, high } = force;
  const points = Math.max(FEWEST_POINTS, force.points);
  const h = (high - low) / (points - 1);
  const value = new Float64Array(members * points);
  const slope = new Float64Array(members * points);
  const diffusivity = (m: number, rho: number) =>
    mobility.mean(m, rho, rho) * force.curvature(m, rho);
  for (let m = 0; m < members; m++) {
    const base = m * points;
    for (let j = 0; j < points; j++) {
      slope[base + j] = diffusivity(m, low + j * h);
      if (j === 0) continue;
      const mean = gaussMean((s) => diffusivity(m, low + s * h), j - 1, j, gaussLegendre[3]);
      value[base + j] = value[base + j - 1] + h * mean;
    }
  }
  return {
    pressure(m, rho) {
      const s = (rho - low) / h;
      const j = Math.min(points - 2, Math.max(0, Math.floor(s)));
      const t = s - j;
      const k = m * points + j;
      const a = h * slope[k], b = h * slope[k + 1], rise = value[k + 1] - value[k];
      return value[k] + t * (a + t * (3 * rise - 2 * a - b + t * (a + b - 2 * rise)));
    },
  };
}
