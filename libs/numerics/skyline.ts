import type { Matrix } from "ml-matrix";
import type { RingMatrix } from "./ring_matrix.ts";

/**
 * Cholesky's decomposition `C = L L^T` of a sparse matrix, row by row from the first entry that is not zero
 * (an envelope: George and Liu 1981, chapter 4). `L` fills no more than the envelope, so that a band on a ring
 * costs memory of its size times its reach, and the numbers are those of the dense algorithm.
 */
export interface SkylineCholesky {
  readonly size: number;
  readonly logDeterminant: number;
  /** `L^-1 x`, or of its first `rows` rows alone: `x` `[rows, columns]`. */
  solveLower(x: Matrix, rows?: number): Matrix;
  /** `C^-1 x`, `x` `[size, columns]`. */
  solve(x: Matrix): Matrix;
}

/** Rows of a lower triangle from `first[i]` to the diagonal; row `i` starts at `start[i]`. */
interface Envelope {
  readonly first: Int32Array;
  readonly start: Int32Array;
  readonly values: Float64Array;
}

/**
 * Decomposes rows and columns `order` of a symmetric matrix, in that order; null if that is not positive definite.
 */
export function skylineCholesky(
  matrix: RingMatrix,
  order: readonly number[],
): SkylineCholesky | null {
  const envelope = envelopeOf(matrix, order);
  return decompose(envelope) ? { size: order.length, ...solves(envelope) } : null;
}

function envelopeOf(matrix: RingMatrix, order: readonly number[]): Envelope {
  const place = new Int32Array(matrix.size).fill(-1);
  order.forEach((node, row) => place[node] = row);
  const first = Int32Array.from(order, (node, row) => {
    let least = row;
    for (const column of matrix.columns(node)) {
      if (place[column] >= 0 && place[column] < least) least = place[column];
    }
    return least;
  });
  const start = new Int32Array(order.length + 1);
  first.forEach((column, row) => start[row + 1] = start[row] + row - column + 1);
  const values = new Float64Array(start[order.length]);
  order.forEach((node, row) => {
    for (let column = first[row], at = start[row]; column <= row; column++, at++) {
      values[at] = (matrix.get(node, order[column]) + matrix.get(order[column], node)) / 2;
    }
  });
  return { first, start, values };
}

/** In place; false where a pivot is not above 0. */
function decompose({ first, start, values }: Envelope): boolean {
  for (let i = 0; i < first.length; i++) {
    const row = start[i] - first[i];
    let pivot = values[row + i];
    for (let j = first[i]; j < i; j++) {
      const other = start[j] - first[j];
      let sum = values[row + j];
      for (let k = Math.max(first[i], first[j]); k < j; k++) {
        sum -= values[row + k] * values[other + k];
      }
      sum /= values[other + j];
      values[row + j] = sum;
      pivot -= sum * sum;
    }
    if (!(pivot > 0)) return false;
    values[row + i] = Math.sqrt(pivot);
  }
  return true;
}

function solves({ first, start, values }: Envelope) {
  const size = first.length;
  let half = 0;
  for (let i = 0; i < size; i++) half += Math.log(values[start[i + 1] - 1]);
  const lower = (x: Float64Array) => {
    for (let i = 0; i < x.length; i++) {
      const row = start[i] - first[i];
      let sum = x[i];
      for (let j = first[i]; j < i; j++) sum -= values[row + j] * x[j];
      x[i] = sum / values[row + i];
    }
  };
  const upper = (x: Float64Array) => {
    for (let i = size - 1; i >= 0; i--) {
      const row = start[i] - first[i];
      x[i] /= values[row + i];
      for (let j = first[i]; j < i; j++) x[j] -= values[row + j] * x[i];
    }
  };
  const columnwise = (x: Matrix, rows: number, apply: (column: Float64Array) => void) => {
    const out = x.clone();
    const column = new Float64Array(rows);
    for (let c = 0; c < out.columns; c++) {
      for (let i = 0; i < rows; i++) column[i] = out.get(i, c);
      apply(column);
      for (let i = 0; i < rows; i++) out.set(i, c, column[i]);
    }
    return out;
  };
  return {
    logDeterminant: 2 * half,
    solveLower: (x: Matrix, rows = size) => columnwise(x, rows, lower),
    solve: (x: Matrix) =>
      columnwise(x, size, (column) => {
        lower(column);
        upper(column);
      }),
  };
}
