import { AXES, type Axis, type Box, reciprocal } from "./box.ts";
import type { Request } from "./frame.ts";

/** How fractions of the box follow from a table's columns. */
export interface CoordinatePlan {
  /** Index of each column needed. */
  readonly columns: readonly number[];
  /** For each axis, the coordinates that make its fraction: their places in `columns`, weights, origin. */
  readonly axes: readonly (readonly { slot: number; weight: number; origin: number }[])[];
}

/**
 * Finds the columns that give positions. Wrapped, unwrapped, and fractions of either are all right: what is
 * made of them is periodic.
 *
 * @returns The axis and the coordinate for which no column is there, where one lacks.
 */
export function planCoordinates(
  columns: readonly string[],
  axes: readonly Axis[],
  box: Box,
): CoordinatePlan | { missing: string } {
  const chosen: number[] = [];
  const slotOf = (column: number) => {
    if (!chosen.includes(column)) chosen.push(column);
    return chosen.indexOf(column);
  };
  const find = (names: string[]) =>
    names.map((name) => columns.indexOf(name)).find((column) => column >= 0);
  const parts: { slot: number; weight: number; origin: number }[][] = [];
  for (const axis of axes) {
    const weights = reciprocal(box, AXES.indexOf(axis));
    const needed = AXES.filter((_, k) => weights[k] !== 0);
    const lengths = needed.map((k) => find([k, `${k}u`]));
    const fraction = find([`${axis}s`, `${axis}su`]);
    if (lengths.every((column) => column !== undefined)) {
      parts.push(needed.map((k, i) => ({
        slot: slotOf(lengths[i]!),
        weight: weights[AXES.indexOf(k)],
        origin: box.origin[AXES.indexOf(k)],
      })));
    } else if (fraction !== undefined) {
      parts.push([{ slot: slotOf(fraction), weight: 1, origin: 0 }]);
    } else {
      const tilt = needed.length > 1
        ? ` (the box is tilted: ${needed.join(" and ")} are needed)`
        : "";
      return { missing: `${axis}, ${axis}u, ${axis}s or ${axis}su${tilt}` };
    }
  }
  return { columns: chosen, axes: parts };
}

/** The axes asked for, and the optional ones whose coordinates are there. */
export function axesThere(
  columns: readonly string[],
  { axes, optionalAxes = [] }: Pick<Request, "axes" | "optionalAxes">,
  box: Box,
): readonly Axis[] {
  const further = optionalAxes.filter((axis) =>
    !axes.includes(axis) && !("missing" in planCoordinates(columns, [axis], box))
  );
  return [...axes, ...further];
}

/** Fractions `[axes][count]` from the columns' values `[columns][count]`. */
export function fractionsOf(
  plan: CoordinatePlan,
  values: readonly Float64Array[],
  count: number,
): Float64Array[] {
  return plan.axes.map((parts) => {
    const fraction = new Float64Array(count);
    for (const { slot, weight, origin } of parts) {
      const value = values[slot];
      for (let i = 0; i < count; i++) fraction[i] += weight * (value[i] - origin);
    }
    return fraction;
  });
}
