import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Eigenvalues of a symmetric matrix, rising. @param rows `[n][n]`. */
export function symmetricEigenvalues(rows: readonly ArrayLike<number>[]): number[] {
  const matrix = new Matrix(rows.map((row) => Array.from(row)));
  return new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues
    .toSorted((a, b) => a - b);
}
