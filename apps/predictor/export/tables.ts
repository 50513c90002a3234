import { fourthOrderSlopes } from "../driving_force_table.ts";
import type { LearnedLaw } from "../learned_law.ts";

/** Every member on one even grid of densities; arrays `[members * densities]`, member-major. */
export interface LawTables {
  readonly density: Float64Array;
  readonly mobility: Float64Array;
  readonly mobilitySlope: Float64Array;
  readonly drivingForce: Float64Array;
  readonly curvature: Float64Array;
  readonly freeEnergy: Float64Array;
}

/** Fewest densities of a table. */
const FEWEST = 9;

/**
 * Tables of members with their derivatives, fit for cubic Hermite interpolation: that of m is nowhere
 * negative, and that of f' rises where the table does.
 *
 * @param law With its members, over evenly spaced densities.
 * @throws {RangeError} if the densities are too few or not evenly spaced.
 */
export function lawTables({ density, members }: LearnedLaw): LawTables {
  const n = density.length;
  const h = (density[n - 1] - density[0]) / (n - 1);
  if (n < FEWEST) throw new RangeError(`Tables need at least ${FEWEST} densities, not ${n}.`);
  if (density.some((rho, i) => Math.abs(rho - density[0] - i * h) > 1e-9 * h * n)) {
    throw new RangeError("The densities of tables must be evenly spaced: LOW:HIGH:COUNT.");
  }
  if (!members) throw new RangeError("Tables need the law's members: keepMembers.");
  const { mobility, drivingForce, curvature, freeEnergy } = members;
  return {
    density,
    mobility,
    mobilitySlope: positiveSlopes(mobility, fourthOrderSlopes(mobility, n, h), h),
    drivingForce,
    curvature: risingSlopes(drivingForce, curvature, n, h),
    freeEnergy,
  };
}

/** A cubic with values v >= 0 and slopes of at most 3 v / h is nowhere negative (Schmidt and Hess 1988). */
export const positiveSlopes = (value: Float64Array, slope: Float64Array, h: number): Float64Array =>
  slope.map((s, k) => Math.max(-3 * value[k] / h, Math.min(3 * value[k] / h, s)));

/** Slopes between 0 and three times the lesser secant beside them let a cubic rise (Fritsch and Carlson 1980). */
export function risingSlopes(
  value: Float64Array,
  slope: Float64Array,
  n: number,
  h: number,
): Float64Array {
  return slope.map((s, k) => {
    const i = k % n;
    const left = i > 0 ? (value[k] - value[k - 1]) / h : Infinity;
    const right = i + 1 < n ? (value[k + 1] - value[k]) / h : Infinity;
    const least = Math.min(left, right);
    // Where the table itself falls, the member separates phases: its slope says so.
    return least > 0 ? Math.max(0, Math.min(3 * least, s)) : s;
  });
}

/** What tables hold of each member: the name in files, the key here, what it is. */
export const TABLE_COLUMNS = [
  ["mobility", "mobility", "m, never negative between the densities either"],
  ["mobility_slope", "mobilitySlope", "dm/drho for cubic Hermite interpolation"],
  ["driving_force", "drivingForce", "f', zero at the reference density"],
  ["curvature", "curvature", "f'', the slope of f' for cubic Hermite interpolation"],
  ["free_energy", "freeEnergy", "f, zero at the reference density"],
] as const;

/** `member,rho,mobility,mobility_slope,driving_force,curvature,free_energy`, one row a member and density. */
export function tablesCsv(tables: LawTables): string {
  const { density } = tables;
  const n = density.length;
  const lines = [["member", "rho", ...TABLE_COLUMNS.map(([name]) => name)].join(",")];
  for (let k = 0; k < tables.mobility.length; k++) {
    const cells = TABLE_COLUMNS.map(([, key]) => tables[key][k]);
    lines.push([Math.floor(k / n), density[k % n], ...cells].join(","));
  }
  return lines.join("\n") + "\n";
}

/** Rows of members, `[members][densities]`, as plain JSON. */
export function tablesJson(tables: LawTables): Record<string, unknown> {
  const n = tables.density.length;
  const rows = (all: Float64Array) =>
    Array.from({ length: all.length / n }, (_, m) => [...all.subarray(m * n, (m + 1) * n)]);
  return {
    density: [...tables.density],
    ...Object.fromEntries(TABLE_COLUMNS.map(([, key]) => [key, rows(tables[key])])),
  };
}
