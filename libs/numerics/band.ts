import { around, RingMatrix } from "./ring_matrix.ts";

/**
 * Bands of matrices on a ring: row `i` keeps its columns up to {@link BAND_HALF_WIDTH} away, periodically, so
 * that memory grows with the ring, not with its square. A ring of at most {@link BAND_WIDTH} nodes keeps the
 * whole matrix in the usual order of rows (docs/decisions/local-covariances.md).
 */
const BAND_HALF_WIDTH = 12;

/** Entries that a row keeps on a long ring. */
export const BAND_WIDTH = 2 * BAND_HALF_WIDTH + 1;

/** Entries kept in each row of a ring of `n`. */
export const bandWidth = (n: number): number => Math.min(n, BAND_WIDTH);

/** Column of the first entry kept in row `i`; the next follow around the ring. */
export function firstColumn(n: number, i: number): number {
  return n <= BAND_WIDTH ? 0 : (i - BAND_HALF_WIDTH + n) % n;
}

/** Where the band `[n, bandWidth(n)]` keeps entry `(i, j)`, indices taken around the ring; -1 if nowhere. */
export function bandIndex(n: number, i: number, j: number): number {
  const row = around(i, n), width = bandWidth(n);
  const k = around(j - firstColumn(n, row), n);
  return k < width ? row * width + k : -1;
}

/** The band of the transposed matrix. */
export function transposedBand(band: Float64Array, n: number): Float64Array {
  const width = bandWidth(n);
  const out = new Float64Array(band.length);
  for (let i = 0, at = 0; i < n; i++) {
    let j = firstColumn(n, i);
    for (let k = 0; k < width; k++, at++) {
      out[at] = band[bandIndex(n, j, i)];
      if (++j === n) j = 0;
    }
  }
  return out;
}

/**
 * A covariance `[n, n]` from its band: as it is on short rings, else times Bohman's window of the distance,
 * zero beyond the band.
 *
 * Why: cutting a positive semidefinite matrix off leaves negative eigenvalues. The window is an
 * autocorrelation, hence positive definite, and so is its elementwise product with a covariance (Schur);
 * of all of its width it bends least, and takes 3 % off the next neighbours' covariances (Bohman 1960).
 */
export function covarianceOfBand(band: ArrayLike<number>, n: number): RingMatrix {
  return bandWidth(n) === n
    ? RingMatrix.from(n, n, (i, j) => band[bandIndex(n, i, j)])
    : RingMatrix.from(
      n,
      BAND_HALF_WIDTH,
      (i, j, distance) => bohman(distance / (BAND_HALF_WIDTH + 1)) * band[bandIndex(n, i, j)],
    );
}

/** `(1 - |x|) cos(pi x) + sin(pi |x|) / pi`, the autocorrelation of half a cosine. */
function bohman(x: number): number {
  const distance = Math.abs(x);
  return (1 - distance) * Math.cos(Math.PI * distance) + Math.sin(Math.PI * distance) / Math.PI;
}
