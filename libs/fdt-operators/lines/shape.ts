/** Currents of a torus, as those of many rings: the lines of nodes along each axis. */
import type { Dimension } from "@spiediff/mesh";

/** What a record is of. */
export interface LineShape {
  readonly dimension: Dimension;
  /** `N` sites and `M` elements to each axis. */
  readonly side: number;
  readonly elements: number;
  /** Hop times that currents are counted for. */
  readonly window: number;
  /** Inverse temperature; 1 when absent. */
  readonly beta?: number;
}

/**
 * What one realization leaves. Segments are the bonds of one row of sites inside of one element, those of a row
 * in their order, rows by the sites of the other axes (the first fastest), then axes: `[d * N^(d-1) * M]`.
 */
export interface SegmentRecord {
  /** `z` `[M^d]` at both ends of the window. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** In particles: what went along the axis, its compensator, its bracket. */
  readonly current: Float64Array;
  readonly compensator: Float64Array;
  readonly bracket: Float64Array;
  /** Net rate per hop time, seen through smooth windows: quadratic B-splines three elements wide along the row. */
  readonly smoothRate: Float64Array;
}

/** Lines along one axis. */
export const linesOf = ({ dimension, elements }: LineShape): number => elements ** (dimension - 1);

/**
 * Checks that a shape can be estimated from.
 *
 * @throws {RangeError} naming the field at fault.
 */
export function checkShape({ dimension, side, elements, window, beta = 1 }: LineShape): void {
  if (![1, 2, 3].includes(dimension)) {
    throw new RangeError(`dimension must be 1, 2 or 3, not ${dimension}.`);
  }
  if (!(Number.isInteger(elements) && elements >= 4)) {
    throw new RangeError(
      `elements must be a whole number of at least 4: an element's current is held against those of both ` +
        `neighbours, not ${elements}.`,
    );
  }
  if (!(Number.isInteger(side) && side % elements === 0)) {
    throw new RangeError(`elements must divide side, and ${elements} does not divide ${side}.`);
  }
  for (const [name, value] of [["window", window], ["beta", beta]] as const) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new RangeError(`${name} must be positive and finite, not ${value}.`);
    }
  }
}
