/** Realizations that are nearer to each other than independent ones come: copies, whatever became of their last digits. */
import type { Fields } from "./snapshot_fields.ts";

/** A realization that repeats an earlier one. */
export interface Copy {
  readonly row: number;
  readonly of: number;
  /** Largest difference of their z, over all times and nodes. */
  readonly difference: number;
}

/** Tolerances that are tried, in standard deviations between realizations; the last is what rounding leaves. */
const TOLERANCES = [0.1, 0.03, 0.01, 3e-3, 1e-3, 1e-4, 1e-5, 1e-6];
/** Increments whose coincidences are counted: nearly independent ones, so that a dozen tells enough. */
const MOST_COORDINATES = 12;
/** By how much coincidences may be likelier than those of independent increments. */
const DEPENDENCE = 3;
/** Rate of false alarms of a search at one tolerance. */
const FALSE_ALARMS = 1e-9;

/**
 * The copies among realizations, or none where those that there are may be chance.
 *
 * Currents of elements that share no node, and of windows that follow each other, are nearly independent. Two
 * realizations therefore agree within `s` with at most the product of the probabilities to do so at every other
 * node in every window, which the data themselves tell. Of the tolerances from wide to narrow the first one
 * counts at which there are more copies than chance brings; data of few values are told from copies by this.
 *
 * @param profiles Fields `[profiles][times][realizations]` of z `[M]`. Pairs within a profile count where it is
 * the only one, else only pairs across.
 * @returns Rows counted through all profiles, in order.
 */
export function copiesAmong(profiles: readonly Fields[]): Copy[] {
  const pool = poolOf(profiles);
  const least = Math.max(2, 0.01 * Math.min(...profiles.map(([start]) => start.length)));
  const coordinates = coordinatesOf(pool);
  if (coordinates.length === 0) return [];
  for (const tolerance of TOLERANCES) {
    const { expected, sharpest } = chanceOf(coordinates, pool.rows.length, tolerance);
    // Where chance makes most of them alike, there is nothing to search for.
    if (expected > pool.rows.length) continue;
    const copies = search(pool, sharpest.values, tolerance);
    if (copies.length >= least && isBeyondChance(copies.length, expected)) return copies;
    // Narrower ones find no others.
    if (isBeyondChance(least, expected)) break;
  }
  return [];
}

/** Chernoff's bound of a Poisson number's upper tail. */
function isBeyondChance(count: number, expected: number): boolean {
  const mean = DEPENDENCE * expected;
  return count > mean && count - mean - count * Math.log(count / mean) < Math.log(FALSE_ALARMS);
}

/** One realization: z at all times `[times]` of `[M]`. */
type Row = readonly Float64Array[];

interface Pool {
  readonly rows: readonly Row[];
  /** The profile of each row. */
  readonly profile: Uint32Array;
  readonly profiles: number;
  /** Variances within profiles of z at the start and of each window's increments, `[times][M]`. */
  readonly variances: readonly Float64Array[];
  /** Standard deviations, pooled over nodes, `[times]`; at least a tenth of the largest. */
  readonly scale: Float64Array;
}

function poolOf(profiles: readonly Fields[]): Pool {
  const of = profiles.map((fields) => fields[0].map((_, r): Row => fields.map((runs) => runs[r])));
  const rows = of.flat();
  const T = rows[0].length, M = rows[0][0].length;
  const variances = Array.from({ length: T }, () => new Float64Array(M));
  for (const own of of) {
    for (let t = 0; t < T; t++) {
      for (let i = 0; i < M; i++) {
        // From one of them, so that rounding is none where all are alike.
        const origin = increment(own[0], t, i);
        let sum = 0, squares = 0;
        for (const row of own) {
          const value = increment(row, t, i) - origin;
          sum += value;
          squares += value * value;
        }
        variances[t][i] += Math.max(0, squares - sum * sum / own.length) / rows.length;
      }
    }
  }
  const deviations = variances.map((one) => Math.sqrt(one.reduce((a, b) => a + b, 0) / M));
  // Where all are alike, as prepared starts are, the copies' own differences are the spread: no measure for them.
  const least = 0.1 * Math.max(...deviations);
  const scale = Float64Array.from(deviations, (one) => Math.max(one, least));
  const profile = Uint32Array.from(of.flatMap((own, p) => own.map(() => p)));
  return { rows, profile, profiles: of.length, variances, scale };
}

/** The start at node i where `t` is 0, else its increment over window `t`. */
function increment(row: Row, t: number, i: number): number {
  return t === 0 ? row[0][i] : row[t][i] - row[t - 1][i];
}

/** One number of each row, in standard deviations. */
interface Coordinate {
  /** `[realizations]`. */
  readonly values: Float64Array;
  /** Those of each profile in order, `[profiles][realizations]`. */
  readonly sorted: readonly Float64Array[];
}

/** Of every other node and all windows those that vary most, and one of the start. */
function coordinatesOf({ rows, profile, profiles, variances, scale }: Pool): Coordinate[] {
  const M = rows[0][0].length;
  const apart = Array.from({ length: Math.floor(M / 2) }, (_, k) => 2 * k);
  const most = (t: number, count: number): Coordinate[] =>
    apart.filter((i) => variances[t][i] > 1e-12 * scale[t] ** 2)
      .sort((a, b) => variances[t][b] - variances[t][a]).slice(0, count)
      .map((i) => {
        const values = new Float64Array(rows.length);
        for (let r = 0; r < values.length; r++) values[r] = increment(rows[r], t, i) / scale[t];
        const own = (p: number) => values.filter((_, r) => profile[r] === p).sort();
        return { values, sorted: Array.from({ length: profiles }, (_, p) => own(p)) };
      });
  const windows = scale.length - 1;
  const each = Math.ceil(MOST_COORDINATES / windows);
  const increments = Array.from({ length: windows }, (_, w) => most(w + 1, each)).flat();
  return increments.length === 0 ? [] : [...increments, ...most(0, 1)];
}

/** How many pairs agree by chance at most, and the coordinate that agrees least often. */
function chanceOf(
  coordinates: readonly Coordinate[],
  rows: number,
  tolerance: number,
): { expected: number; sharpest: Coordinate } {
  const pairs = (count: number) => count * (count - 1) / 2;
  // Two profiles agree at most as often as the one of them agrees with itself that does so more often.
  const shares = coordinates.map(({ sorted }) =>
    Math.max(...sorted.map((own) => (pairsWithin(own, tolerance) + 1) / (pairs(own.length) + 1)))
  );
  return {
    expected: shares.reduce((product, share) => product * share, pairs(rows)),
    sharpest: coordinates[shares.indexOf(Math.min(...shares))],
  };
}

/** Pairs of numbers, given in order, that differ by at most `tolerance`. */
function pairsWithin(sorted: Float64Array, tolerance: number): number {
  let count = 0;
  for (let a = 0, b = 0; b < sorted.length; b++) {
    while (sorted[b] - sorted[a] > tolerance) a++;
    count += b - a;
  }
  return count;
}

/** Along one coordinate in order: only neighbours within the tolerance are compared in full. */
function search(
  { rows, profile, profiles, scale }: Pool,
  values: Float64Array,
  tolerance: number,
): Copy[] {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b);
  // What never moves says nothing: empty or jammed systems are alike by right.
  const moves = rows.map((row) => row.some((z) => z.some((v, i) => v !== row[0][i])));
  const copies = new Map<number, Copy>();
  for (let a = 0; a < order.length; a++) {
    const one = order[a];
    if (!moves[one] || copies.has(one)) continue;
    for (let b = a + 1; b < order.length; b++) {
      const other = order[b];
      if (values[other] - values[one] > tolerance) break;
      if (copies.has(other) || profiles > 1 && profile[one] === profile[other]) continue;
      if (!isNear(rows[one], rows[other], scale, tolerance)) continue;
      const [of, row] = one < other ? [one, other] : [other, one];
      copies.set(row, { row, of, difference: largestDifference(rows[one], rows[other]) });
      if (row === one) break;
    }
  }
  return [...copies.values()].sort((a, b) => a.row - b.row);
}

function isNear(a: Row, b: Row, scale: Float64Array, tolerance: number): boolean {
  for (let t = a.length - 1; t >= 0; t--) {
    const most = tolerance * scale[t];
    for (let i = 0; i < a[0].length; i++) {
      if (Math.abs(increment(a, t, i) - increment(b, t, i)) > most) return false;
    }
  }
  return true;
}

function largestDifference(a: Row, b: Row): number {
  let largest = 0;
  for (let t = 0; t < a.length; t++) {
    for (let i = 0; i < a[t].length; i++) largest = Math.max(largest, Math.abs(a[t][i] - b[t][i]));
  }
  return largest;
}
