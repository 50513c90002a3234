/** Where what is read of a word lies: in the memory of the compiled loops, where they run. */
import { sumsLength } from "./element_sums.ts";

/** Which readings there is room for. */
export interface ReadingsShape {
  /** `M`, number of hat functions. */
  readonly elements: number;
  /** Vectors `[M]` that are kept of each replica. */
  readonly vectors: number;
}

/** Arrays of readings, in the memory of the compiled loops where they run. */
export interface ReadingsArrays extends ReadingsShape {
  /** `[width, 2M + 1]`, two sets of sums. */
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** `[width, vectors, M]`. */
  readonly values: Float64Array;
}

/** Bytes of the arrays, in the order of {@link ReadingsArrays}; none without a shape. */
export function readingsSizes(shape: ReadingsShape | undefined, width: number): number[] {
  if (shape === undefined) return [];
  const { elements, vectors } = shape, sums = 8 * width * sumsLength(elements);
  return [sums, sums, 8 * width * vectors * elements];
}
