import type { RingEstimate } from "../types.ts";
import type { LineEstimate } from "./estimate_lines.ts";

/**
 * Lines of nodes as the rings that they are, so that mobility and free energy are learned from rows that know of no
 * geometry. Lines of one profile are nearly independent; what they share, the small correlations of neighbours,
 * is left out.
 *
 * @param lines Of one profile.
 */
export function linesAsRings(profileName: string, lines: readonly LineEstimate[]): RingEstimate[] {
  return lines.map(({ axis, line: number, mobility, mobilityStandardError, ...estimate }) => {
    const M = mobility.length;
    return {
      ...estimate,
      profileName,
      line: { axis, number },
      K1: mobility.map((m) => -m * M),
      K1StandardError: mobilityStandardError.map((error) => error * M),
      // Of a line the current is known at every element.
      circulationVariance: 0,
      warnings: [],
    };
  });
}
