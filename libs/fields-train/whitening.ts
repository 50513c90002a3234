import { whiteningOf } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";

/** Turns differences into residuals with independent errors of variance 1, into `out` from `at` on. */
export type Whiten = (differences: ArrayLike<number>, out: Float64Array, at: number) => void;

/**
 * @param what For the message.
 * @throws {RangeError} if errors depend on each other, or have no variance.
 */
export function whitener(covariance: Matrix, what: string): Whiten {
  const rows = whiteningOf(covariance)?.to2DArray();
  if (rows === undefined) {
    throw new RangeError(`The errors of ${what} have no regular covariance.`);
  }
  return (differences, out, at) => {
    rows.forEach((row, i) => {
      let sum = 0;
      // A lower triangle.
      for (let j = 0; j <= i; j++) sum += row[j] * differences[j];
      out[at + i] = sum;
    });
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
): Whiten {
  const places = covariances.length, entries = covariances[0].rows, size = places * entries;
  const own = covariances.map((covariance, i) => whitener(covariance, what(i)));
  const each: Whiten = (differences, out, at) =>
    own.forEach((whiten, i) =>
      whiten(
        Array.from({ length: entries }, (_, k) => differences[i * entries + k]),
        out,
        at + i * entries,
      )
    );
  if (neighbours.length === 0) return each;
  const together = Matrix.eye(size);
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
  const all = whitener(together, `${what(0)} and its neighbours`);
  const white = new Float64Array(size);
  return (differences, out, at) => {
    each(differences, white, 0);
    all(white, out, at);
  };
}
