import { whiteningOf } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";

/** Turns differences into residuals with independent errors of variance 1. */
export interface Whitener {
  /** `[n]`, into `out` from `at` on. */
  vector(differences: ArrayLike<number>, out: Float64Array, at: number): void;
  /** Of all columns of `rows`, `[n, width]`, into the rows of `out` from row `at` on. */
  columns(rows: Float64Array, width: number, out: Float64Array, at: number): void;
}

/**
 * @param what For the message.
 * @throws {RangeError} if errors depend on each other, or have no variance.
 */
export function whitener(covariance: Matrix, what: string): Whitener {
  const triangle = whiteningOf(covariance)?.to1DArray();
  if (triangle === undefined) {
    throw new RangeError(`The errors of ${what} have no regular covariance.`);
  }
  // A lower triangle, row by row.
  const n = covariance.rows, T = Float64Array.from(triangle);
  return {
    vector(differences, out, at) {
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0, from = i * n; j <= i; j++) sum += T[from + j] * differences[j];
        out[at + i] = sum;
      }
    },
    columns(rows, width, out, at) {
      for (let i = 0; i < n; i++) {
        const to = (at + i) * width;
        out.fill(0, to, to + width);
        for (let j = 0; j <= i; j++) {
          const weight = T[i * n + j], from = j * width;
          for (let k = 0; k < width; k++) out[to + k] += weight * rows[from + k];
        }
      }
    },
  };
}

/**
 * The same for differences `[places, entries]` of a ring, each place by its own covariance and then all together by
 * how neighbours' errors go together.
 *
 * @param neighbours `[entries, entries]` for each distance from 1 on; none where places are independent.
 */
export function ringWhitener(
  covariances: readonly Matrix[],
  neighbours: readonly Matrix[],
  what: (place: number) => string,
): Whitener {
  const entries = covariances[0].rows, size = covariances.length * entries;
  const own = covariances.map((covariance, i) => whitener(covariance, what(i)));
  const each: Whitener = {
    vector: (differences, out, at) =>
      own.forEach(({ vector }, i) => {
        const here = Float64Array.from({ length: entries }, (_, k) => differences[i * entries + k]);
        vector(here, out, at + i * entries);
      }),
    columns: (rows, width, out, at) =>
      own.forEach(({ columns }, i) => {
        const here = rows.subarray(i * entries * width, (i + 1) * entries * width);
        columns(here, width, out, at + i * entries);
      }),
  };
  if (neighbours.length === 0) return each;
  const all = whitener(
    togetherness(covariances.length, neighbours),
    `${what(0)} and its neighbours`,
  );
  const white = new Float64Array(size);
  return {
    vector(differences, out, at) {
      each.vector(differences, white, 0);
      all.vector(white, out, at);
    },
    columns(rows, width, out, at) {
      const block = new Float64Array(size * width);
      each.columns(rows, width, block, 0);
      all.columns(block, width, out, at);
    },
  };
}

/** Covariance of what is white place by place, from its parts by distance. */
function togetherness(places: number, neighbours: readonly Matrix[]): Matrix {
  const entries = neighbours[0].rows, together = Matrix.eye(places * entries);
  neighbours.forEach((matrix, d) => {
    for (let i = 0; i < places; i++) {
      const j = (i + d + 1) % places;
      for (let a = 0; a < entries; a++) {
        for (let b = 0; b < entries; b++) {
          together.set(i * entries + a, j * entries + b, matrix.get(a, b));
          together.set(j * entries + b, i * entries + a, matrix.get(a, b));
        }
      }
    }
  });
  return together;
}
