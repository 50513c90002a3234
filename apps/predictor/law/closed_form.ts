import type { CurveBand } from "@spiediff/law";
import { weightedLeastSquares } from "@spiediff/numerics";

/** Which closed forms are tried: `base + sum_k c_k basis_k`, shortest first. */
export interface FormFamily {
  /** The part without free coefficients. */
  base(rho: number): number;
  basis(k: number, rho: number): number;
  /** Fewest and most terms of the sum. */
  readonly terms: readonly [number, number];
}

/** A closed form that lies inside of a band, with what the members leave open about it. */
export interface ClosedForm {
  readonly coefficients: readonly number[];
  /** Standard deviations over the members. */
  readonly errors: readonly number[];
  /** Row by row. */
  readonly covariance: readonly (readonly number[])[];
  /** Largest distance from the members' mean, in half widths of the band: at most 1. */
  readonly distance: number;
}

/** The networks' own resolution (float32), relative to a curve's largest value. */
const RESOLUTION = 3e-7;
/** Reweightings of Lawson's algorithm; its distance is then within a few percent of the least one. */
const REWEIGHTINGS = 60;

/**
 * The closed form with the fewest terms that lies, at all densities together, inside of the band for whole
 * curves, and above zero where it must be positive; null if none of the family does.
 *
 * For each number of terms first the least-squares fit to the members' mean, weighted by the band's width;
 * where that leaves the band, Lawson's reweighting leads to the fit whose largest distance is least.
 * The fit is linear, so that the same fit to each member gives the coefficients' covariance.
 *
 * @param density `[n]`. @param members `[members * n]`, member-major.
 */
export function shortestForm(
  family: FormFamily,
  density: Float64Array,
  members: Float64Array,
  band: CurveBand,
  positive: boolean,
): ClosedForm | null {
  const n = density.length;
  const base = density.map((rho) => family.base(rho));
  const scale = band.mean.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const half = band.wholeCurve.upper.map((upper, i) =>
    (upper - band.wholeCurve.lower[i]) / 2 + RESOLUTION * scale
  );
  const centre = band.wholeCurve.upper.map((upper, i) => (upper + band.wholeCurve.lower[i]) / 2);
  const target = centre.map((value, i) => value - base[i]);
  const [fewest, most] = family.terms;
  for (let terms = fewest; terms <= most && 2 * terms <= n; terms++) {
    const basis = Array.from(
      { length: terms },
      (_, k) => density.map((rho) => family.basis(k, rho)),
    );
    const values = (c: readonly number[]) =>
      base.map((b, i) => c.reduce((sum, ck, k) => sum + ck * basis[k][i], b));
    const fit = fitInside(basis, target, half, (c) => {
      const curve = values(c);
      return !positive || curve.every((value) => value > 0);
    });
    if (fit) {
      const covariance = covarianceOf(fit.map, base, members, n);
      return {
        coefficients: fit.coefficients,
        errors: covariance.map((row, k) => Math.sqrt(row[k])),
        covariance,
        distance: fit.distance,
      };
    }
  }
  return null;
}

interface Fit {
  readonly coefficients: readonly number[];
  /** Coefficients for values: `[terms][n]`. */
  readonly map: readonly Float64Array[];
  readonly distance: number;
}

function fitInside(
  basis: readonly Float64Array[],
  target: Float64Array,
  half: Float64Array,
  allowed: (coefficients: readonly number[]) => boolean,
): Fit | null {
  const lawson = new Float64Array(target.length).fill(1 / target.length);
  for (let round = 0; round <= REWEIGHTINGS; round++) {
    const map = weightedLeastSquares(basis, lawson.map((w, i) => w / half[i] ** 2));
    if (map === null) return null;
    const exact = map.map((row) => dot(row, target));
    const distances = distancesOf(exact, basis, target, half);
    // As few digits as leave the curve inside.
    for (const digits of [6, 9, 17]) {
      const coefficients = exact.map((c) => Number(c.toPrecision(digits)));
      const distance = Math.max(...distancesOf(coefficients, basis, target, half));
      if (distance <= 1 && allowed(coefficients)) return { coefficients, map, distance };
    }
    let total = 0;
    for (let i = 0; i < lawson.length; i++) total += lawson[i] *= distances[i];
    if (!(total > 0)) return null;
    for (let i = 0; i < lawson.length; i++) lawson[i] = Math.max(lawson[i] / total, 1e-12);
  }
  return null;
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

/** Distance from the target at each density, in half widths. */
const distancesOf = (
  coefficients: readonly number[],
  basis: readonly Float64Array[],
  target: Float64Array,
  half: Float64Array,
): Float64Array =>
  target.map((value, i) =>
    Math.abs(coefficients.reduce((sum, c, k) => sum + c * basis[k][i], -value)) / half[i]
  );

/** Covariance over the members of the coefficients that the map gives for each. */
function covarianceOf(
  map: readonly Float64Array[],
  base: Float64Array,
  members: Float64Array,
  n: number,
): number[][] {
  const count = members.length / n;
  const coefficients = map.map((row) =>
    Float64Array.from({ length: count }, (_, m) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += row[i] * (members[m * n + i] - base[i]);
      return sum;
    })
  );
  const centred = coefficients.map((values) => {
    const mean = values.reduce((a, b) => a + b, 0) / count;
    return values.map((value) => value - mean);
  });
  return centred.map((a) => centred.map((b) => dot(a, b) / Math.max(1, count - 1)));
}
