import { elementPoints } from "@spiediff/mesh";
import type { FieldCondition } from "@spiediff/onnx-graph";
import { meanAndStd } from "./_statistics.ts";
import { smoothedErrors } from "./smoothed_errors.ts";
import type { OperatorData } from "./types.ts";

/**
 * Every element of every profile as one row: densities at its nodes, mean mobility, and a standard error
 * that does not go with the datum's own chance (`smoothedErrors`).
 */
export interface MobilityRows {
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly mobility: Float64Array;
  readonly standardError: Float64Array;
}

/**
 * Flattens estimates into rows `[profiles * M]`.
 *
 * @param which All elements, those to train on or those held out.
 */
export function mobilityRows(
  data: readonly OperatorData[],
  which: "all" | "trained" | "held out" = "all",
): MobilityRows {
  const argument = (d: OperatorData) => d.elementDensity ?? d.density;
  const wanted = (d: OperatorData, e: number) =>
    which === "all" || (d.heldOut?.[e] ?? false) === (which === "held out");
  const next = (d: OperatorData) => argument(d).map((_, e, all) => all[(e + 1) % all.length]);
  const flat = (pick: (d: OperatorData, p: number) => readonly number[]) =>
    Float64Array.from(data.flatMap((d, p) => pick(d, p).filter((_, e) => wanted(d, e))));
  const errors = profileErrors(data, argument, next);
  return {
    left: flat(argument),
    right: flat(next),
    mobility: flat((d) => d.mobility),
    standardError: flat((_, p) => errors[p]),
  };
}

type PerElement = (d: OperatorData) => readonly number[];

/** Smoothed over all elements, whichever of them are wanted: `[profiles][M]`. */
function profileErrors(
  data: readonly OperatorData[],
  left: PerElement,
  right: PerElement,
): number[][] {
  const density = data.flatMap((d) => left(d).map((a, e) => (a + right(d)[e]) / 2));
  const profile = data.flatMap((d, p) => d.mobility.map(() => p));
  const smooth = smoothedErrors(data.flatMap((d) => d.mobilityStandardError), density, profile);
  let from = 0;
  return data.map(({ mobility }) => Array.from(smooth.subarray(from, from += mobility.length)));
}

/** Normalisation of the condition over the data. */
export function mobilityConditionOf(rows: MobilityRows): FieldCondition {
  const { mean, std } = meanAndStd(rows.left.map((left, i) => (left + rows.right[i]) / 2));
  return { offset: mean, scale: 1 / std };
}

/** Where a function of density is looked at for its means over elements, `[2B]`: all first points, then all second. */
export function pointsOf(left: ArrayLike<number>, right: ArrayLike<number>): Float64Array {
  const B = left.length;
  const points = new Float64Array(2 * B);
  for (let i = 0; i < B; i++) [points[i], points[B + i]] = elementPoints(left[i], right[i]);
  return points;
}
