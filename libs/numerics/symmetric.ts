import { CholeskyDecomposition, Matrix } from "ml-matrix";

/** A product that is symmetric but for rounding, made so: decompositions do not forgive it. */
export const symmetrised = (matrix: Matrix): Matrix =>
  Matrix.add(matrix, matrix.transpose()).div(2);

/** Cholesky's decomposition of a matrix that is symmetric but for rounding; null if it is not positive definite. */
export function choleskyOf(matrix: Matrix): CholeskyDecomposition | null {
  const cholesky = new CholeskyDecomposition(symmetrised(matrix));
  return cholesky.isPositiveDefinite() ? cholesky : null;
}

/** `ln det` of the matrix that was decomposed. */
export function logDeterminant({ lowerTriangularMatrix }: CholeskyDecomposition): number {
  return 2 * lowerTriangularMatrix.diag().reduce((sum, v) => sum + Math.log(v), 0);
}

/** `A` with `A A^T = F P^-1 F^T`, as wide as F. @param precision P, positive definite. */
export function factorThrough(precision: Matrix, factor: Matrix): Matrix {
  const { lowerTriangularMatrix } = choleskyOf(precision)!;
  return solveLower(lowerTriangularMatrix, factor.transpose()).transpose();
}

/** `L^-1 x` for a lower triangle. */
function solveLower(triangle: Matrix, x: Matrix): Matrix {
  const out = x.clone();
  for (let i = 0; i < out.rows; i++) {
    const row = out.getRowVector(i);
    for (let j = 0; j < i; j++) {
      const factor = triangle.get(i, j);
      if (factor !== 0) row.sub(out.getRowVector(j).mul(factor));
    }
    out.setRow(i, row.div(triangle.get(i, i)));
  }
  return out;
}
