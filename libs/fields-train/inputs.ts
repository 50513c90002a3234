import type { InputScaling } from "@spiediff/field-networks";
import type { DataRange, FieldsData } from "./types.ts";

/** Two fields that a law is a function of, out of all fields of a place. */
export type StateOf = (fields: readonly number[]) => readonly [number, number];

/** The fields of place `i`. */
export const fieldsAt = (values: Float64Array, places: number, i: number): number[] =>
  Array.from({ length: values.length / places }, (_, f) => values[f * places + i]);

/** All pairs that the data were taken at, at nodes and in the middles of elements. */
function pairsOf(data: readonly FieldsData[], stateOf: StateOf): (readonly [number, number])[] {
  return data.flatMap(({ middle, node, elements }) =>
    [middle, node].flatMap((values) =>
      Array.from({ length: elements }, (_, i) => stateOf(fieldsAt(values, elements, i)))
    )
  );
}

/** Means and standard deviations over the data. */
export function scalingOf(data: readonly FieldsData[], stateOf: StateOf): InputScaling {
  const pairs = pairsOf(data, stateOf);
  const mean = (k: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[k], 0) / pairs.length;
  const centre = [mean(0), mean(1)] as const;
  const width = (k: 0 | 1) =>
    Math.sqrt(pairs.reduce((sum, pair) => sum + (pair[k] - centre[k]) ** 2, 0) / pairs.length);
  return { mean: centre, width: [width(0), width(1)] };
}

/** Least and greatest values over the data. */
export function rangeOf(data: readonly FieldsData[], stateOf: StateOf): DataRange {
  const pairs = pairsOf(data, stateOf);
  const range = (k: 0 | 1) => {
    const values = pairs.map((pair) => pair[k]);
    return [Math.min(...values), Math.max(...values)] as const;
  };
  return [range(0), range(1)];
}
