/** Snapshots of other particle codes, from the record format (docs/formats.md). */
import { projectOccupation } from "@spiediff/coarse-graining";
import type { NpyArray } from "./npy.ts";

/**
 * Fields `z` `[times][R][M]` from an array `[R, times, M]` of fields, or `[R, times, N]` of occupations (uint8
 * or bool, 0 or 1), which are projected on the hats.
 *
 * @throws {TypeError} naming the axis or the realization at fault.
 */
export function fieldsFromRecords(records: NpyArray, elements: number): Float64Array[][] {
  const { shape, data } = records;
  if (shape.length !== 3) {
    throw new TypeError(
      `Records must have three axes (realizations, times, elements or sites), not ${shape.length}.`,
    );
  }
  const [realizations, times, width] = shape;
  const occupations = data instanceof Uint8Array;
  if (occupations ? width % elements !== 0 : width !== elements) {
    throw new TypeError(
      occupations
        ? `The sites of each snapshot, ${width}, must be a multiple of elements = ${elements}.`
        : `The last axis must hold elements = ${elements} fields, not ${width}.`,
    );
  }
  return Array.from({ length: times }, (_, t) =>
    Array.from({ length: realizations }, (_, r) => {
      const from = (r * times + t) * width;
      if (!occupations) return Float64Array.from(data.subarray(from, from + width));
      const eta = data.subarray(from, from + width);
      if (eta.some((v) => v > 1)) {
        throw new TypeError(
          `Occupations must be 0 or 1; realization ${r}, time ${t} holds ${
            eta.find((v) => v > 1)
          }.`,
        );
      }
      return projectOccupation(eta, elements);
    }));
}
