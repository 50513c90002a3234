import { formatShort } from "./format.ts";
import type { TableCell } from "./table.ts";
import type { Claim } from "./types.ts";

/** Whether a claim keeps its bounds; `null` if it has none. A value that is no number misses any bound. */
export function claimHolds(claim: Claim): boolean | null {
  if (claim.min === undefined && claim.max === undefined) return null;
  return claim.value >= (claim.min ?? -Infinity) && claim.value <= (claim.max ?? Infinity);
}

/** "at most 0.01", "at least 3", "0.93 to 0.97" or a dash. */
export function boundText({ min, max }: Claim): string {
  if (min !== undefined && max !== undefined) return `${formatShort(min)} to ${formatShort(max)}`;
  if (max !== undefined) return `at most ${formatShort(max)}`;
  if (min !== undefined) return `at least ${formatShort(min)}`;
  return "–";
}

/** The verdict as words, so that it does not hang on colour alone. */
export function verdictCell(claim: Claim): TableCell {
  const holds = claimHolds(claim);
  if (holds === null) return { text: "–", verdict: "neutral" };
  return holds ? { text: "✓ kept", verdict: "good" } : { text: "✗ missed", verdict: "bad" };
}
