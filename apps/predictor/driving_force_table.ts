import { ModelError } from "@spiediff/model-artifact/portable";
import { gaussLegendre, gaussPoints } from "@spiediff/numerics";
import type { Ensemble } from "./ensemble.ts";

/**
 * f'_m of every member on a uniform density grid, as piecewise cubics with continuous slope.
 *
 * f is the exact integral of the same cubics and f'' their exact derivative, so a law that reads f'
 * here has a free energy that belongs to it, and dissipates it exactly. The gauge is fixed member
 * by member, since a + b rho in f cannot be observed: f = f' = 0 at the reference density.
 */
export interface DrivingForceTable {
  readonly low: number;
  readonly high: number;
  readonly points: number;
  /** f'_m(reference) as the network gives it, `[members]`; already taken off below. */
  readonly offset: Float64Array;
  /** Members whose f' falls somewhere on the grid: f is not convex there, so they separate. */
  readonly nonConvexMembers: number;
  /** Whether f of a member is convex over the whole grid. */
  isConvex(member: number): boolean;
  /** Whether a density can be looked up. */
  covers(density: number): boolean;
  drivingForce(member: number, density: number): number;
  curvature(member: number, density: number): number;
  freeEnergy(member: number, density: number): number;
}

/** For integrals of f' where no table reaches. */
export const RULE = gaussLegendre[5];

/**
 * Tabulates f'.
 *
 * @param points At least 5.
 * @throws {ModelError} if the network gives values that are not finite.
 */
export async function tabulateDrivingForce(
  ensemble: Ensemble,
  low: number,
  high: number,
  points: number,
  reference: number,
): Promise<DrivingForceTable> {
  const { count } = ensemble;
  const h = (high - low) / (points - 1);
  const value = await onGrid(ensemble, points, (j) => low + j * h);
  const offset = await onGrid(ensemble, 1, () => reference);
  for (let m = 0; m < count; m++) {
    for (let j = 0; j < points; j++) value[m * points + j] -= offset[m];
  }
  const slope = fourthOrderSlopes(value, points, h);
  const cumulative = cumulativeIntegrals(value, slope, points, h);
  const table = cubicTable(low, high, points, value, slope, cumulative, offset);
  await anchorFreeEnergy(ensemble, table, cumulative, reference);
  return table;
}

function cubicTable(
  low: number,
  high: number,
  points: number,
  value: Float64Array,
  slope: Float64Array,
  cumulative: Float64Array,
  offset: Float64Array,
): DrivingForceTable {
  const h = (high - low) / (points - 1);
  const cellOf = (density: number) => {
    const s = (density - low) / h;
    return Math.min(points - 2, Math.max(0, Math.floor(s)));
  };
  const falling = fallingMembers(value, points);
  return {
    low,
    high,
    points,
    offset,
    nonConvexMembers: falling.reduce((sum, flag) => sum + flag, 0),
    isConvex: (member) => falling[member] === 0,
    covers: (density) => density >= low && density <= high,
    drivingForce(member, density) {
      const j = cellOf(density);
      const t = (density - low) / h - j;
      const k = member * points + j;
      const a = h * slope[k];
      const b = h * slope[k + 1];
      const rise = value[k + 1] - value[k];
      return value[k] + t * (a + t * (3 * rise - 2 * a - b + t * (a + b - 2 * rise)));
    },
    curvature(member, density) {
      const j = cellOf(density);
      const t = (density - low) / h - j;
      const k = member * points + j;
      const a = h * slope[k];
      const b = h * slope[k + 1];
      const rise = value[k + 1] - value[k];
      return (a + t * (2 * (3 * rise - 2 * a - b) + 3 * t * (a + b - 2 * rise))) / h;
    },
    freeEnergy(member, density) {
      const j = cellOf(density);
      const t = (density - low) / h - j;
      const k = member * points + j;
      const a = h * slope[k];
      const b = h * slope[k + 1];
      const rise = value[k + 1] - value[k];
      const quadratic = (3 * rise - 2 * a - b) / 3;
      const cubic = (a + b - 2 * rise) / 4;
      return cumulative[k] + h * t * (value[k] + t * (a / 2 + t * (quadratic + t * cubic)));
    },
  };
}

/** 1 for each member with a grid value below the one before it. */
function fallingMembers(value: Float64Array, points: number): Uint8Array {
  const falling = new Uint8Array(value.length / points);
  for (let k = 1; k < value.length; k++) {
    if (k % points !== 0 && value[k] < value[k - 1]) falling[Math.floor(k / points)] = 1;
  }
  return falling;
}

/** f' of all members at the grid points, `[members * points]`, checked. */
async function onGrid(
  ensemble: Ensemble,
  points: number,
  density: (j: number) => number,
): Promise<Float64Array> {
  const rows = ensemble.count * points;
  const densities = new Float64Array(rows);
  const members = new Int32Array(rows);
  for (let m = 0, r = 0; m < ensemble.count; m++) {
    for (let j = 0; j < points; j++, r++) {
      densities[r] = density(j);
      members[r] = m;
    }
  }
  const out = new Float64Array(rows);
  await ensemble.drivingForce([densities], members, rows, out);
  const bad = out.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    throw new ModelError(
      "network",
      `The model's driving force is ${out[bad]} at density ${densities[bad]}; it cannot be used.`,
    );
  }
  return out;
}

/** Slopes by five-point differences, one-sided at the ends. */
export function fourthOrderSlopes(value: Float64Array, points: number, h: number): Float64Array {
  const slope = new Float64Array(value.length);
  const ends = [[-25, 48, -36, 16, -3], [-3, -10, 18, -6, 1]];
  for (let base = 0; base < value.length; base += points) {
    const last = base + points - 1;
    for (let j = 0; j < 2; j++) {
      let left = 0;
      let right = 0;
      for (let k = 0; k < 5; k++) {
        left += ends[j][k] * value[base + k];
        right -= ends[j][k] * value[last - k];
      }
      slope[base + j] = left / (12 * h);
      slope[last - j] = right / (12 * h);
    }
    for (let k = base + 2; k <= last - 2; k++) {
      slope[k] = (value[k - 2] - 8 * value[k - 1] + 8 * value[k + 1] - value[k + 2]) / (12 * h);
    }
  }
  return slope;
}

function cumulativeIntegrals(
  value: Float64Array,
  slope: Float64Array,
  points: number,
  h: number,
): Float64Array {
  const out = new Float64Array(value.length);
  for (let base = 0; base < value.length; base += points) {
    for (let k = base + 1; k < base + points; k++) {
      out[k] = out[k - 1] + h * (value[k - 1] + value[k]) / 2 +
        h * h * (slope[k - 1] - slope[k]) / 12;
    }
  }
  return out;
}

/** Shifts each member's f so that it vanishes at the reference density. */
async function anchorFreeEnergy(
  ensemble: Ensemble,
  table: DrivingForceTable,
  cumulative: Float64Array,
  reference: number,
): Promise<void> {
  const { low, high, points, offset } = table;
  const near = Math.min(high, Math.max(low, reference));
  const gap = near - reference, places = gaussPoints(reference, near, RULE);
  // Outside of the table the way to the reference density is integrated by direct inference.
  const way = gap === 0 ? undefined : await onGrid(ensemble, RULE.points.length, (q) => places[q]);
  for (let m = 0; m < ensemble.count; m++) {
    let integral = 0;
    if (way) {
      RULE.weights.forEach((w, q) => {
        integral += gap * w * (way[m * places.length + q] - offset[m]);
      });
    }
    const shift = integral - table.freeEnergy(m, near);
    for (let j = 0; j < points; j++) cumulative[m * points + j] += shift;
  }
}
