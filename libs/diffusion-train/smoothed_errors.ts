import { inverse, Matrix } from "ml-matrix";

/** A prior standard deviation of 1 against the scatter of a logarithm, about 0.2. */
const RIDGE = 0.04;

/**
 * Standard errors that do not know of their own datum.
 *
 * An estimated error goes with its estimate: of two entries that are equal in truth, the one that came
 * out smaller also claims to be surer (a sample covariance has an error proportional to itself). Weights
 * `1/se^2` then favour what is too small, and a fit comes out low by twice the relative variance of an
 * entry. Here ln(se) is instead a quadratic in density plus a constant for each profile (they may differ
 * in realizations), and each datum's error is what the *others* predict for it. Errors that are scattered
 * for want of blocks are smoothed on the way. One factor keeps the mean of the squares.
 *
 * @param standardError `[n]`, positive.
 * @param density `[n]` where each datum stands.
 * @param profile `[n]` index of its profile.
 * @returns `[n]`.
 * @throws {RangeError} if a standard error is not positive and finite.
 */
export function smoothedErrors(
  standardError: ArrayLike<number>,
  density: ArrayLike<number>,
  profile: ArrayLike<number>,
): Float64Array {
  const raw = Float64Array.from(standardError);
  const n = raw.length;
  if (!raw.every((se) => se > 0 && Number.isFinite(se))) {
    throw new RangeError("Standard errors of training data must be positive and finite.");
  }
  if (n < 2) return raw;
  const design = designMatrix(density, profile, n);
  const transposed = design.transpose();
  const normal = transposed.mmul(design);
  // The common level, column 0, is free.
  for (let k = 1; k < normal.rows; k++) normal.set(k, k, normal.get(k, k) + RIDGE);
  const gain = inverse(normal).mmul(transposed);
  const logs = raw.map(Math.log);
  const coefficients = gain.mmul(Matrix.columnVector(logs));
  const smooth = logs.map((log, i) => {
    const row = design.getRow(i);
    const leverage = row.reduce((sum, x, k) => sum + x * gain.get(k, i), 0);
    const fitted = row.reduce((sum, x, k) => sum + x * coefficients.get(k, 0), 0);
    // What a fit without datum i says at i, exactly (also with a ridge).
    return Math.exp((fitted - leverage * log) / (1 - leverage));
  });
  const scale = Math.hypot(...raw) / Math.hypot(...smooth);
  return smooth.map((se) => scale * se);
}

/** `[n][1, x, x^2, one for each profile]`, x the density in units of its spread. */
function designMatrix(
  density: ArrayLike<number>,
  profile: ArrayLike<number>,
  n: number,
): Matrix {
  const rho = Array.from(density);
  const mean = rho.reduce((a, b) => a + b, 0) / n;
  const spread = Math.hypot(...rho.map((r) => r - mean)) / Math.sqrt(n);
  const profiles = Math.max(...Array.from(profile)) + 1;
  return new Matrix(rho.map((r, i) => {
    const x = spread > 0 ? (r - mean) / spread : 0;
    const own = Array.from({ length: profiles }, (_, p) => p === profile[i] ? 1 : 0);
    return [1, x, x * x, ...own];
  }));
}
