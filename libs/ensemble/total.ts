import { copyMoments, type EnsembleMoments, mergeMoments } from "./moments.ts";

/** The total of blocks that come in order: the first is copied, the others merged into it. */
export function totalOf(
  total: EnsembleMoments | undefined,
  block: EnsembleMoments,
): EnsembleMoments {
  if (total === undefined) return copyMoments(block);
  mergeMoments(total, block);
  return total;
}
