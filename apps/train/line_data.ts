import type { OperatorData } from "@spiediff/diffusion-train";
import type { LineEstimate } from "@spiediff/fdt-operators";
import type { Field } from "@spiediff/law";

/**
 * What training needs of a profile on a square or a cube: every line of nodes is a ring of its own, so that
 * mobility and free energy are learned from rows that know of no geometry. Lines of one profile are nearly
 * independent; what they share, the small correlations of neighbours, is left out.
 *
 * @param lines Of one profile.
 * @param field What its density is.
 */
export function lineData(
  profileName: string,
  lines: readonly LineEstimate[],
  field: Field,
): OperatorData[] {
  return lines.map(({ axis, line, ...estimate }) => ({
    profileName: `${profileName}, line ${line} along axis ${axis}`,
    field,
    ...estimate,
  }));
}
