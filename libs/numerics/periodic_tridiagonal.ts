/**
 * Solves the periodic tridiagonal system of one member in place: Thomas elimination on the system
 * without its corners, then the Sherman-Morrison formula for them.
 *
 * Row `i`: `lower[i] x[i-1] + diagonal[i] x[i] + upper[i] x[i+1] = x[i]` (right-hand side on entry),
 * indices modulo n. No pivoting: meant for matrices whose columns are diagonally dominant.
 *
 * @param x Right-hand side on entry, solution on return, at `offset .. offset + n`.
 * @param work `[2 * n]`, overwritten.
 */
export function solvePeriodicTridiagonal(
  lower: Float64Array,
  diagonal: Float64Array,
  upper: Float64Array,
  x: Float64Array,
  offset: number,
  work: Float64Array,
): void {
  const n = diagonal.length;
  // A = T + u v^T with u = (g, 0, .., c)^T, v = (1, 0, .., a/g)^T; T loses the corners a and c.
  const corner = upper[n - 1];
  const otherCorner = lower[0];
  const g = -diagonal[0];
  let pivot = diagonal[0] - g;
  // work: modified upper diagonal | solution of T q = u
  work[0] = upper[0] / pivot;
  x[offset] /= pivot;
  work[n] = g / pivot;
  for (let i = 1; i < n; i++) {
    const d = i === n - 1 ? diagonal[i] - corner * otherCorner / g : diagonal[i];
    pivot = d - lower[i] * work[i - 1];
    work[i] = upper[i] / pivot;
    x[offset + i] = (x[offset + i] - lower[i] * x[offset + i - 1]) / pivot;
    const u = i === n - 1 ? corner : 0;
    work[n + i] = (u - lower[i] * work[n + i - 1]) / pivot;
  }
  for (let i = n - 2; i >= 0; i--) {
    x[offset + i] -= work[i] * x[offset + i + 1];
    work[n + i] -= work[i] * work[n + i + 1];
  }
  const factor = (x[offset] + x[offset + n - 1] * otherCorner / g) /
    (1 + work[n] + work[2 * n - 1] * otherCorner / g);
  for (let i = 0; i < n; i++) x[offset + i] -= factor * work[n + i];
}
