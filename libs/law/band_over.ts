import { normalFactor } from "@spiediff/numerics";
import type { Band, CurveBand } from "./band.ts";

/**
 * Mean and central quantile band over the members, for each of `n` columns.
 *
 * Quantiles interpolate linearly between order statistics (Hyndman & Fan 1996, type 7).
 *
 * @param values `[members * n]`, member-major.
 * @param level Probability inside of the band, e.g. 0.95.
 * @param further `[n]` standard deviation of errors that the members do not show, independent of theirs: either
 * side of the band is widened to the root of the sum of squares.
 */
export function bandOver(
  values: Float64Array,
  n: number,
  level: number,
  further?: Float64Array,
): Band {
  const members = values.length / n;
  const band = {
    level,
    mean: new Float64Array(n),
    lower: new Float64Array(n),
    upper: new Float64Array(n),
  };
  const column = new Float64Array(members);
  for (let i = 0; i < n; i++) {
    for (let m = 0; m < members; m++) column[m] = values[m * n + i];
    column.sort();
    // Relative to the smallest, so that equal members have exactly their value as mean.
    let above = 0;
    for (let m = 0; m < members; m++) above += column[m] - column[0];
    band.mean[i] = column[0] + above / members;
    band.lower[i] = quantile(column, (1 - level) / 2);
    band.upper[i] = quantile(column, (1 + level) / 2);
  }
  return further === undefined ? band : widened(band, further);
}

function widened({ level, mean, lower, upper }: Band, further: Float64Array): Band {
  const factor = normalFactor(level);
  const away = (sign: number) => (end: number, i: number) =>
    further[i] === 0 ? end : mean[i] + sign * Math.hypot(end - mean[i], factor * further[i]);
  return { ...{ level, mean }, lower: lower.map(away(-1)), upper: upper.map(away(1)) };
}

/** The same band with further errors, as of {@link bandOver}; that of whole curves by the same factor. */
export function widenedCurveBand(band: CurveBand, further: Float64Array): CurveBand {
  const { level, mean, wholeCurve: { lower, upper } } = band;
  const whole = widened({ level, mean, lower, upper }, further);
  return { ...widened(band, further), wholeCurve: { lower: whole.lower, upper: whole.upper } };
}

/** Both bands over the same members: for each point, and for whole curves. */
export function curveBandOver(
  values: Float64Array,
  n: number,
  level: number,
  further?: Float64Array,
): CurveBand {
  const { lower, upper } = wholeCurveBandOver(values, n, level, further);
  return { ...bandOver(values, n, level, further), wholeCurve: { lower, upper } };
}

/** Standard deviation over the members of each of `n` columns; 0 of a single one. */
export function deviationOver(values: Float64Array, n: number): Float64Array {
  const members = values.length / n;
  const mean = new Float64Array(n), deviation = new Float64Array(n);
  values.forEach((v, k) => mean[k % n] += v / members);
  const freedom = Math.max(1, members - 1);
  values.forEach((v, k) => deviation[k % n] += (v - mean[k % n]) ** 2 / freedom);
  return deviation.map(Math.sqrt);
}

/** Quantile of sorted values. */
function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

/**
 * Band that holds whole curves: a member, all of its columns together, lies inside with probability
 * `level`. It is `mean +- c * standard deviation` with one c for all columns, the quantile over the
 * members of their largest deviation in standard deviations.
 *
 * One member alone is its own band.
 *
 * @param values `[members * n]`, member-major. @param further As of `bandOver`.
 */
export function wholeCurveBandOver(
  values: Float64Array,
  n: number,
  level: number,
  further?: Float64Array,
): Band {
  const members = values.length / n;
  const mean = new Float64Array(n);
  values.forEach((v, k) => mean[k % n] += v / members);
  const deviation = deviationOver(values, n);
  const farthest = new Float64Array(members);
  values.forEach((v, k) => {
    const i = k % n, m = (k - i) / n;
    // Rounding may leave a column, such as a fixed start, with a deviation of almost 0.
    if (deviation[i] > 1e-12 * Math.abs(mean[i])) {
      farthest[m] = Math.max(farthest[m], Math.abs(v - mean[i]) / deviation[i]);
    }
  });
  const own = quantile(farthest.sort(), level);
  // Where members tell nothing of whole curves, a curve fails as a point does.
  const c = further === undefined ? own : Math.max(own, normalFactor(level));
  const reach = deviation.map((sd, i) => c * Math.hypot(sd, further?.[i] ?? 0));
  return {
    level,
    mean,
    lower: mean.map((v, i) => v - reach[i]),
    upper: mean.map((v, i) => v + reach[i]),
  };
}
