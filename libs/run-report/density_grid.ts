import { exclusionDensity, type Field, workingDomain } from "@spiediff/law";

/** Probability inside of the bands of reports. */
export const LEVEL = 0.95;

const GRID_POINTS = 181;
/** Share of the domain at either end of which learned functions are not shown. */
const MARGIN = 0.02;
/** Fewer points than these inside of the covered densities tell no curve from a line. */
const FEWEST_COVERED = 8;

/**
 * Densities over which learned functions are shown: those of all reports, so that they can be compared, or,
 * where training covered hardly any of these, as many over the covered ones.
 */
export function densityGrid(
  covered: readonly [number, number],
  field: Field = exclusionDensity,
): number[] {
  const { low, high } = workingDomain(field, covered), margin = MARGIN * (high - low);
  const grid = uniformGrid(low + margin, high - margin);
  const inside = grid.filter(isCovered(covered));
  return inside.length < FEWEST_COVERED ? uniformGrid(...covered) : grid;
}

/** Whether a density lies where training had data. */
export const isCovered = ([low, high]: readonly [number, number]) => (rho: number): boolean =>
  rho >= low && rho <= high;

function uniformGrid(low: number, high: number): number[] {
  // The last point is the bound itself, not one that rounding puts beyond it.
  return Array.from(
    { length: GRID_POINTS },
    (_, i) => Math.min(high, low + (high - low) * i / (GRID_POINTS - 1)),
  );
}
