/** Density profiles from tables: steps, or lines between points. */
import { latticeProfile } from "./initial_state.ts";
import type { LatticeProfile } from "./types.ts";

/** Points of a periodic profile: ascending positions in `[0, 1)` and the densities there. */
export interface DensityTable {
  readonly positions: readonly number[];
  readonly densities: readonly number[];
}

/**
 * The profile of a table, periodic.
 *
 * @param between `"steps"`: each density holds from its position to the next; `"lines"`: linear between
 * positions, across the boundary too.
 * @throws {RangeError} naming the entry at fault.
 */
export function tableProfile(
  name: string,
  sites: number,
  { positions, densities }: DensityTable,
  between: "steps" | "lines",
): LatticeProfile {
  const points = positions.length;
  if (points === 0 || densities.length !== points) {
    throw new RangeError(
      `The table of "${name}" must have as many densities as positions and at least one, not ` +
        `${densities.length} and ${points}.`,
    );
  }
  positions.forEach((x, i) => {
    if (!(x >= 0 && x < 1) || (i > 0 && x <= positions[i - 1])) {
      throw new RangeError(
        `positions[${i}] of "${name}" must lie in [0, 1) and above the one before, not ${x}.`,
      );
    }
  });
  if (between !== "steps" && between !== "lines") {
    throw new RangeError(`between must be "steps" or "lines", not ${JSON.stringify(between)}.`);
  }
  return latticeProfile(name, sites, (x) => {
    // Before the first position the last point of the period before it counts.
    let i = points - 1;
    while (i >= 0 && positions[i] > x) i--;
    const at = i < 0 ? points - 1 : i;
    if (between === "steps") return densities[at];
    const start = i < 0 ? positions[at] - 1 : positions[at];
    const next = at + 1 === points ? 0 : at + 1;
    const end = positions[next] + (positions[next] <= start ? 1 : 0);
    return densities[at] + (densities[next] - densities[at]) * (x - start) / (end - start);
  });
}
