import { inverse, Matrix, QrDecomposition, solve } from "ml-matrix";
import { choleskyOf } from "./symmetric.ts";

/** What a decomposition leaves of a row or column, relative to it, is rounding below this. */
const LEAST_PIVOT = 1e-14;

/**
 * `W` with `W C W^T = 1`: values with errors of covariance `C` become values with independent errors of
 * variance 1. Null where errors depend on each other, to rounding, or have no variance.
 */
export function whiteningOf(covariance: Matrix): Matrix | null {
  // Of correlations, not covariances: a general inverse would mix rows of different units and lose digits.
  const perDeviation = covariance.diag().map((variance) => 1 / Math.sqrt(variance));
  if (!perDeviation.every(Number.isFinite)) return null;
  const correlation = covariance.clone().mulRowVector(perDeviation).mulColumnVector(
    perDeviation,
  );
  const triangle = choleskyOf(correlation)?.lowerTriangularMatrix;
  const regular = triangle?.diag().every((pivot) => pivot ** 2 > LEAST_PIVOT);
  return triangle !== undefined && regular ? inverse(triangle).mulRowVector(perDeviation) : null;
}

/**
 * The linear map `[columns, rows]` from values to the coefficients of their least-squares fit, through the
 * orthogonal decomposition of the design (normal equations would square its condition).
 *
 * @param design `[rows, columns]`, at least as many rows as columns.
 * @param whitening `[rows, rows]` for values with errors of known covariance; see `whiteningOf`.
 * @returns Null where a column is a combination of others.
 */
export function leastSquaresMap(design: Matrix, whitening?: Matrix): Matrix | null {
  const qr = new QrDecomposition(whitening?.mmul(design) ?? design);
  const triangle = qr.upperTriangularMatrix;
  const regular = triangle.diag().every((pivot, k) =>
    Math.abs(pivot) > LEAST_PIVOT * triangle.getColumnVector(k).norm()
  );
  if (!regular) return null;
  const map = solve(triangle, qr.orthogonalMatrix.transpose());
  return whitening ? map.mmul(whitening) : map;
}

/** The same for independent errors: weights are inverse variances. @param columns `[columns][rows]`. */
export function weightedLeastSquares(
  columns: readonly Float64Array[],
  weights: Float64Array,
): Float64Array[] | null {
  if (columns.length === 0) return [];
  const roots = Array.from(weights, Math.sqrt);
  const design = new Matrix(columns.map((column) => Array.from(column, (v, i) => v * roots[i])));
  const map = leastSquaresMap(design.transpose())?.mulRowVector(roots);
  return map?.to2DArray().map((row) => Float64Array.from(row)) ?? null;
}
