import type { Estimated, RingEstimate } from "../types.ts";
import type { LineEstimate } from "./estimate_lines.ts";

/** Windows of which lines were estimated, rising. */
export interface LineWindows {
  /** Macroscopic. */
  readonly hs: readonly number[];
  /** The shortest that is long for particles. */
  readonly shortest: number;
  /** One estimate of every line for each window. */
  readonly lines: readonly (readonly LineEstimate[])[];
}

/**
 * Lines of nodes as the rings that they are, so that mobility and free energy are learned from rows that know of no
 * geometry. Lines of one profile are nearly independent; what they share, the small correlations of neighbours,
 * is left out.
 *
 * @param lines Of one profile.
 * @param windows Where several were recorded: what each makes of the mobility.
 */
export function linesAsRings(
  profileName: string,
  lines: readonly LineEstimate[],
  windows?: LineWindows,
): RingEstimate[] {
  return lines.map((estimate, ring) => {
    const { axis, line: number, mobility, mobilityStandardError, ...rest } = estimate;
    const { instantaneous, instantaneousStandardError, ...own } = rest;
    const { value: K1, standardError: K1StandardError } = entriesOf(
      mobility,
      mobilityStandardError,
    );
    return {
      ...own,
      ...{ profileName, line: { axis, number }, K1, K1StandardError },
      // Of a line the current is known at every element.
      circulationVariance: 0,
      warnings: [],
      ...(windows && {
        windows: {
          hs: windows.hs,
          shortest: windows.shortest,
          instantaneousK1: entriesOf(instantaneous, instantaneousStandardError),
          closedK1: windows.lines.map((all) =>
            entriesOf(all[ring].mobility, all[ring].mobilityStandardError)
          ),
        },
      }),
    };
  });
}

/** Mobilities as the entries of a ring, `-m / Delta`. */
const entriesOf = (mobility: readonly number[], error: readonly number[]): Estimated => ({
  value: mobility.map((m) => -m * mobility.length),
  standardError: error.map((e) => e * mobility.length),
});
