import { Matrix } from "ml-matrix";
import { choleskyOf, factorThrough, logDeterminant } from "./symmetric.ts";

/** `1 + F F^T`: independent errors of variance 1 and what a few common causes add. */
export interface UnitPlusGram {
  readonly logDeterminant: number;
  /** `(1 + F F^T)^-1 x`. */
  solve(x: Matrix): Matrix;
}

/**
 * Decomposes `1 + F F^T` through the smaller of `F F^T` and `F^T F` (Woodbury's identity): no square of the
 * number of data where causes are few. Null where it is not positive definite to rounding.
 *
 * @param factor F, `[data, causes]`.
 */
export function unitPlusGram(factor: Matrix): UnitPlusGram | null {
  const transposed = factor.transpose();
  if (factor.rows <= factor.columns) {
    const cholesky = choleskyOf(factor.mmul(transposed).add(Matrix.eye(factor.rows)));
    return cholesky &&
      { logDeterminant: logDeterminant(cholesky), solve: (x) => cholesky.solve(x) };
  }
  const cholesky = choleskyOf(transposed.mmul(factor).add(Matrix.eye(factor.columns)));
  return cholesky && {
    logDeterminant: logDeterminant(cholesky),
    solve: (x) => Matrix.sub(x, factor.mmul(cholesky.solve(transposed.mmul(x)))),
  };
}

/**
 * `N` with `N N^T = 1 - (1 + F F^T)^-1`, as wide as F: all of its singular values are below 1, whatever those
 * of F.
 */
export function shrunkFactor(factor: Matrix): Matrix {
  return factorThrough(factor.transpose().mmul(factor).add(Matrix.eye(factor.columns)), factor);
}
