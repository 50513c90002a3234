import type { RandomStream } from "@spiediff/random";
import { Matrix } from "ml-matrix";

/**
 * Directions of the index-dependent perturbation: one random unit vector in index space for each
 * datum.
 *
 * For an index phi ~ N(0, I) the datum's target moves by `standardError * direction . phi`, a
 * normal of exactly its standard error, and two data move independently up to 1/sqrt(D) (Osband
 * et al. 2021 call this Gaussian bootstrapping).
 *
 * @returns `[count][indexDim]`.
 */
export function perturbationDirections(
  count: number,
  indexDim: number,
  stream: RandomStream,
): Matrix {
  const directions = Float32Array.from({ length: count * indexDim }, stream.normal);
  for (let i = 0; i < count; i++) {
    const row = directions.subarray(i * indexDim, (i + 1) * indexDim);
    const norm = Math.hypot(...row);
    row.forEach((v, d) => row[d] = v / norm);
  }
  const matrix = Matrix.zeros(count, indexDim);
  for (let i = 0; i < count; i++) {
    matrix.setRow(i, [...directions.subarray(i * indexDim, (i + 1) * indexDim)]);
  }
  return matrix;
}
