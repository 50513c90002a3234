/** How many realizations of which profiles reach the aims at the least cost. */
import { Matrix } from "ml-matrix";
import {
  addedWeights,
  type AimRows,
  type DataRows,
  informationOf,
  narrowing,
  narrowingRate,
  standpoint,
  sumOfVariances,
} from "./information.ts";
import { bothCurves, type Curves } from "./law_curve.ts";

/** A profile that may be simulated, or has been. */
export interface Candidate {
  readonly data: Curves<DataRows>;
  /** Realizations that there are. */
  readonly before: number;
}

export interface DesignProblem {
  /** Inverse posterior covariance of each curve's coefficients as things are. */
  readonly precision: Curves<Matrix>;
  /** Of each aim rows the sum of whose variances is 1 when it is reached. */
  readonly aims: readonly AimRows[];
  readonly candidates: readonly Candidate[];
  /** What a new profile costs besides its realizations, in realizations. */
  readonly overhead: number;
  /** Fewest realizations of one batch. */
  readonly least: number;
}

/** What is to be simulated. */
export interface Allocation {
  /** Further realizations of each candidate. */
  readonly realizations: Float64Array;
  /** Half-widths afterwards over those aimed at. */
  readonly widths: readonly number[];
  /** In realizations, overheads included. */
  readonly cost: number;
  readonly isReached: boolean;
}

/** So many realizations in all are out of reach. */
const MOST = 1e9;
/** Most profiles of one plan: three or four are within 2 to 10 % of the best. */
const MOST_PROFILES = 5;
/** Size of a step that a further profile is judged by, over the realizations so far. */
const PROBE = 0.3;
const POLISHING = 8;

/** Half-widths over those aimed at. */
export const widthsOf = (aims: readonly AimRows[], precision: Curves<Matrix>): number[] =>
  aims.map((rows) => Math.sqrt(sumOfVariances(rows, precision)));

/** The posterior's precision with further realizations `[candidates]`. */
export function precisionWith(
  { precision, candidates }: DesignProblem,
  realizations: ArrayLike<number>,
): Curves<Matrix> {
  return bothCurves((name) => {
    const sum = precision[name].clone();
    candidates.forEach(({ data, before }, p) => {
      if (realizations[p] === 0) return;
      const rows = data[name];
      sum.add(informationOf(rows, addedWeights(rows, before, realizations[p])));
    });
    return sum;
  });
}

/** The least multiple of given shares that reaches all aims. */
export function scaledToAim(problem: DesignProblem, shares: ArrayLike<number>): Allocation {
  const total = Array.from(shares).reduce((sum, share) => sum + share, 0);
  const times = (R: number) => Float64Array.from(shares, (share) => share / total * R);
  const excess = (R: number) =>
    Math.max(...widthsOf(problem.aims, precisionWith(problem, times(R)))) - 1;
  if (excess(0) <= 0) return allocation(problem, times(0));
  if (excess(MOST) > 0) return allocation(problem, times(MOST));
  let low = 0, high = Math.log(MOST);
  // The logarithm to a part in a thousand.
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    if (excess(Math.exp(middle)) > 0) low = middle;
    else high = middle;
  }
  return allocation(problem, times(Math.exp(high)));
}

/** An allocation with what it comes to. */
export function allocation(problem: DesignProblem, realizations: Float64Array): Allocation {
  const widths = widthsOf(problem.aims, precisionWith(problem, realizations));
  const opened = problem.candidates.filter(({ before }, p) => before === 0 && realizations[p] > 0);
  return {
    realizations,
    widths,
    cost: realizations.reduce((sum, R) => sum + R, 0) + problem.overhead * opened.length,
    isReached: Math.max(...widths) <= 1 + 1e-3,
  };
}

/** Equal numbers of realizations of some candidates, as many as the aims ask for. */
export const equalAllocation = (problem: DesignProblem, chosen: readonly number[]): Allocation =>
  scaledToAim(problem, problem.candidates.map((_, p) => chosen.includes(p) ? 1 : 0));

/**
 * The cheapest allocation that is found: profile by profile the one that narrows most, realizations moved
 * between them until all narrow alike (the multiplicative algorithm for A-optimal designs; Silvey,
 * Titterington & Torsney 1978), each number of profiles scaled to the aims; and never worse than equal
 * numbers of the profiles that are given to beat.
 */
export function bestAllocation(
  problem: DesignProblem,
  toBeat: readonly (readonly number[])[],
): Allocation {
  const others = toBeat.map((chosen) => equalAllocation(problem, chosen));
  let best = others.reduce(
    (least, one) => isBetter(one, least) ? one : least,
    allocation(problem, new Float64Array(problem.candidates.length)),
  );
  let shares = new Float64Array(problem.candidates.length);
  let total = Math.min(best.cost, MOST / 1e3) || problem.least;
  for (let K = 1; K <= MOST_PROFILES; K++) {
    const next = mostNarrowing(problem, shares, Math.max(problem.least, PROBE * total));
    if (next < 0) break;
    shares = shares.slice();
    shares[next] += PROBE * total;
    const polished = polish(problem, shares);
    if (isBetter(polished, best)) best = polished;
    if (polished.isReached) total = polished.cost;
    shares = Float64Array.from(polished.realizations);
    const sum = shares.reduce((a, b) => a + b, 0);
    if (sum > total) shares = shares.map((R) => R * total / sum);
  }
  return best;
}

/** Reached before not reached, then cheap before dear, or narrow before wide. */
function isBetter(a: Allocation, b: Allocation): boolean {
  if (a.isReached !== b.isReached) return a.isReached;
  return a.isReached ? a.cost < b.cost : Math.max(...a.widths) < Math.max(...b.widths);
}

/** The aims as one: those that are further off count more. */
function weighted(aims: readonly AimRows[], widths: readonly number[]): AimRows {
  const most = Math.max(...widths);
  const weights = widths.map((width) => (width / most) ** 4);
  return bothCurves((name) => {
    const parts = aims.flatMap((rows, a) => rows[name] ? [Matrix.mul(rows[name], weights[a])] : []);
    return parts.length === 0 ? null : new Matrix(parts.flatMap((part) => part.to2DArray()));
  });
}

function standpointOf(problem: DesignProblem, realizations: ArrayLike<number>) {
  const precision = precisionWith(problem, realizations);
  return standpoint(weighted(problem.aims, widthsOf(problem.aims, precision)), precision);
}

/** The candidate of which so many realizations narrow most; -1 if none does. */
function mostNarrowing(problem: DesignProblem, realizations: Float64Array, step: number): number {
  const { candidates } = problem;
  const stand = standpointOf(problem, realizations);
  let best = -1, most = 0;
  candidates.forEach(({ data, before }, p) => {
    const gain = narrowing(stand, data, before + realizations[p], step);
    if (gain > most) [best, most] = [p, gain];
  });
  return best;
}

/** Moves realizations to where they narrow most, and scales them to the aims. */
function polish(problem: DesignProblem, shares: Float64Array): Allocation {
  let found = scaledToAim(problem, shares);
  let R = bounded(found.realizations);
  for (let n = 0; n < POLISHING; n++) {
    const stand = standpointOf(problem, R);
    const rates = problem.candidates.map(({ data, before }, p) =>
      R[p] === 0 ? 0 : Math.sqrt(narrowingRate(stand, data, before + R[p]))
    );
    const before = R.reduce((a, b) => a + b, 0);
    R = R.map((own, p) => own * rates[p]);
    const after = R.reduce((a, b) => a + b, 0);
    if (!(after > 0)) break;
    // Fewer than one batch are not worth their beginning.
    R = R.map((own) => own * before / after);
  }
  const enough = R.map((own) => own < problem.least / 2 ? 0 : own);
  const last = scaledToAim(problem, enough.some((own) => own > 0) ? enough : R);
  if (isBetter(last, found)) found = last;
  return found;
}

/** What is out of reach is planned as if it were not. */
function bounded(realizations: Float64Array): Float64Array {
  const sum = realizations.reduce((a, b) => a + b, 0);
  return sum > MOST / 1e3 ? realizations.map((R) => R * MOST / 1e3 / sum) : realizations;
}
