import { whiteningOf } from "@spiediff/numerics";
import type { Matrix } from "ml-matrix";

/** Turns differences into residuals with independent errors of variance 1, into `out` from `at` on. */
export type Whiten = (differences: ArrayLike<number>, out: Float64Array, at: number) => void;

/**
 * @param what For the message.
 * @throws {RangeError} if errors depend on each other, or have no variance.
 */
export function whitener(covariance: Matrix, what: string): Whiten {
  const rows = whiteningOf(covariance)?.to2DArray();
  if (rows === undefined) {
    throw new RangeError(`The errors of ${what} have no regular covariance.`);
  }
  return (differences, out, at) => {
    rows.forEach((row, i) => {
      let sum = 0;
      // A lower triangle.
      for (let j = 0; j <= i; j++) sum += row[j] * differences[j];
      out[at + i] = sum;
    });
  };
}
