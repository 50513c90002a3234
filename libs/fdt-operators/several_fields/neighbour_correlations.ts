/**
 * How the errors of neighbouring places go together. Windows of neighbours overlap, and point values are made of
 * three averages: fits that took places for independent would be too sure of what changes slowly, or not enough.
 */
import { meanOfRows, whiteningOf } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";

/** Distances at which there is anything: a hat and its two neighbours reach two elements to either side. */
const REACH = 3;

/**
 * `[E, E]` for the distances 1 to 3, pooled over the ring: means of `w_i w_{i+d}^T`, w the rows' deviations whitened
 * place by place.
 *
 * @param rows `[E, M]` each, one a realization.
 * @param covariances `[M]` of the means' errors.
 * @throws {RangeError} if errors depend on each other, or have no variance.
 */
export function neighbourCorrelations(
  rows: readonly Float64Array[],
  covariances: readonly Matrix[],
  profileName: string,
): Matrix[] {
  const places = covariances.length, R = rows.length, mean = meanOfRows(rows);
  const entries = mean.length / places;
  const whitening = covariances.map((covariance, i) => {
    const found = whiteningOf(covariance)?.to2DArray();
    if (found === undefined) {
      throw new RangeError(`${profileName}: the errors of place ${i} have no regular covariance.`);
    }
    return found;
  });
  const reach = Math.min(REACH, Math.floor((places - 1) / 2));
  const sums = Array.from({ length: reach }, () => new Float64Array(entries * entries));
  const white = new Float64Array(mean.length);
  for (const row of rows) {
    whitening.forEach((triangle, i) => {
      for (let a = 0; a < entries; a++) {
        let sum = 0;
        for (let b = 0; b <= a; b++) {
          sum += triangle[a][b] * (row[b * places + i] - mean[b * places + i]);
        }
        white[i * entries + a] = sum;
      }
    });
    sums.forEach((sum, d) => {
      for (let i = 0; i < places; i++) {
        const here = i * entries, there = ((i + d + 1) % places) * entries;
        for (let a = 0, at = 0; a < entries; a++) {
          for (let b = 0; b < entries; b++, at++) sum[at] += white[here + a] * white[there + b];
        }
      }
    });
  }
  // Covariances are of means: a row's deviation has R times theirs.
  return sums.map((sum) =>
    Matrix.from1DArray(entries, entries, [...sum]).div(places * R * (R - 1))
  );
}
