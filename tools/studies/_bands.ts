/** How a study judges bands: coverage, width and error against an exact answer. */
import { bandOver, wholeCurveBandOver } from "@spiediff/predictor";

export const LEVELS = [0.5, 0.8, 0.9, 0.95];

/** What bands over members did against a truth. */
export interface Judgement {
  /** For each level the share of points inside of the pointwise band. */
  readonly pointwise: number[];
  /** For each level whether the whole truth lies inside of the whole-curve band, 0 or 1. */
  readonly wholeCurve: number[];
  /** Mean width of the 95 % band. */
  readonly width: number;
  /** Root mean square of the mean's error. */
  readonly error: number;
}

/**
 * @param values `[members * n]`, member-major. @param truth `[n]`.
 * @param further `[n]` standard deviation of what members do not show.
 */
export function judge(
  values: Float64Array,
  truth: ArrayLike<number>,
  further?: Float64Array,
): Judgement {
  const n = truth.length;
  const { mean, lower, upper } = bandOver(values, n, 0.95, further);
  let width = 0, square = 0;
  for (let i = 0; i < n; i++) {
    width += (upper[i] - lower[i]) / n;
    square += (mean[i] - truth[i]) ** 2 / n;
  }
  return {
    pointwise: LEVELS.map((level) => shareInside(bandOver(values, n, level, further), truth)),
    wholeCurve: LEVELS.map((level) =>
      Math.floor(shareInside(wholeCurveBandOver(values, n, level, further), truth))
    ),
    width,
    error: Math.sqrt(square),
  };
}

/** Share of the truth's points inside of a band. */
export function shareInside(
  band: { readonly lower: Float64Array; readonly upper: Float64Array },
  truth: ArrayLike<number>,
): number {
  let count = 0;
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] >= band.lower[i] && truth[i] <= band.upper[i]) count++;
  }
  return count / truth.length;
}

/** f' of every member and of the truth less its mean over the grid: the rest no data can tell. */
export function withoutGauge(values: Float64Array, truth: number[]): [Float64Array, number[]] {
  const n = truth.length;
  const centred = <T extends { [i: number]: number; length: number }>(row: T): T => {
    let mean = 0;
    for (let i = 0; i < n; i++) mean += row[i] / n;
    for (let i = 0; i < n; i++) row[i] -= mean;
    return row;
  };
  const members = values.slice();
  for (let from = 0; from < members.length; from += n) centred(members.subarray(from, from + n));
  return [members, centred([...truth])];
}
