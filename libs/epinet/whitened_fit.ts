/** A test of residuals whose covariance is that of each profile's errors and a few common causes. */
import { type GoodnessOfFit, goodnessOfFit, shrunkFactor } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";
import { beside, diagonalTimes } from "./blocks.ts";

/** `S + U V^T`, symmetric, S made of the profiles' own blocks. */
export interface BlocksAndCauses {
  /** `[profiles]` of `[data, data]`. */
  readonly errors: readonly Matrix[];
  /** U and V, `[data of all profiles, causes]`. */
  readonly left: Matrix;
  readonly right: Matrix;
}

/**
 * Tests residuals in units of a believed covariance `B = 1 + F F^T`, so that no few directions decide alone.
 *
 * Nothing of the square of all data is made: with `B^-1 = 1 - N N^T` the covariance C of whitened residuals
 * enters by the traces of `B^-1 C` and of its square, and `B^-1 C` is S and a few causes again.
 *
 * @param causes F, `[data, causes]`; errors are believed as stated without any.
 */
export function whitenedFit(
  residual: readonly number[],
  causes: Matrix | undefined,
  covariance: BlocksAndCauses,
): GoodnessOfFit {
  const { errors } = covariance;
  let { left, right } = covariance;
  let chiSquare = residual.reduce((sum, r) => sum + r * r, 0);
  if (causes !== undefined) {
    const shrunk = shrunkFactor(causes), transposed = shrunk.transpose();
    chiSquare -= transposed.mmul(Matrix.columnVector([...residual])).norm() ** 2;
    // (1 - N N^T) (S + U V^T) = S + U V^T - N (S N + V U^T N)^T
    const known = diagonalTimes(errors, shrunk).add(right.mmul(left.transpose().mmul(shrunk)));
    left = beside(left, shrunk);
    right = beside(right, known.neg());
  }
  const inner = right.transpose().mmul(left);
  const trace = errors.reduce((sum, own) => sum + own.trace(), inner.trace());
  const square = errors.reduce((sum, own) => sum + own.norm() ** 2, 0) +
    2 * Matrix.mul(diagonalTimes(errors, right), left).sum() +
    Matrix.mul(inner, inner.transpose()).sum();
  return goodnessOfFit(chiSquare, trace, square);
}
