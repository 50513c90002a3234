import type { SpacePrediction } from "./predict_space.ts";

/** What a user should know before trusting a field; empty if nothing. */
export function spaceWarnings(
  { coverage, invariants, members }: Pick<SpacePrediction, "coverage" | "invariants" | "members">,
): string[] {
  const warnings: string[] = [];
  if (coverage.outside) {
    warnings.push(
      `Densities from ${invariants.minDensity.toPrecision(4)} to ${
        invariants.maxDensity.toPrecision(4)
      } are visited, but the model was trained on ${coverage.trained[0].toPrecision(4)} to ${
        coverage.trained[1].toPrecision(4)
      }; bands widen outside, and may still be too narrow.`,
    );
  }
  if (invariants.lumpedMembers > 0) {
    warnings.push(
      `${invariants.lumpedMembers} of ${members} members went on with averages in place of point values, since ` +
        "their free energy rose otherwise: their law is not convex.",
    );
  }
  return warnings;
}
