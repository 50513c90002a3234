/** Windows together, by generalised least squares: `h -> 0` in `sqrt(h)`, or their mean. */
import { chiSquarePValue, leastSquaresMap, whiteningOf } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";
import { errorCovariance, type Jackknife, mapJackknife } from "./jackknife.ts";
import type { ChiSquare } from "./types.ts";

/**
 * Fits `K(h) = K(0) + slope sqrt(h)` for every element and returns `K(0)` as a jackknife, with the
 * chi-square of the fit.
 *
 * The model is not an expansion: for local equilibrium the next term is exponentially small while
 * `sqrt(D h) << Delta` (see `closedBand`), so the remaining error is of order `h`.
 *
 * @param perHorizon One jackknife `[M]` per horizon, same blocks.
 * @throws {RangeError} naming the horizons that cannot be told apart, and why.
 */
export function extrapolate(
  perHorizon: readonly Jackknife[],
  horizons: readonly number[],
): WindowFit {
  const n = horizons.length;
  if (n < 2) throw new RangeError(`Extrapolation needs at least 2 horizons, not ${n}.`);
  return fitWindows(perHorizon, horizons, (h) => [1, Math.sqrt(h)]);
}

/** The mean over windows that are all without bias. @throws {RangeError} as {@link extrapolate}. */
export function meanOverWindows(
  perHorizon: readonly Jackknife[],
  horizons: readonly number[],
): WindowFit {
  if (horizons.length === 1) return { estimate: perHorizon[0], chiSquare: null };
  return fitWindows(perHorizon, horizons, () => [1]);
}

/** The first coefficient of a fit for every element, and the fit's chi-square; null without freedom. */
interface WindowFit {
  readonly estimate: Jackknife;
  readonly chiSquare: ChiSquare | null;
}

/**
 * Generalised least squares in functions of `h`.
 *
 * The values at different `h` come from the same realizations. Their covariance enters the weights,
 * averaged over the elements (relative to each element's own size), so that weights are nearly
 * independent of any single element's noise.
 */
function fitWindows(
  perHorizon: readonly Jackknife[],
  horizons: readonly number[],
  functions: (h: number) => number[],
): WindowFit {
  const n = horizons.length, elements = perHorizon[0].value.length;
  // Errors are weighed relative to these.
  const still = perHorizon[0].value.indexOf(0);
  if (still >= 0) {
    throw new RangeError(
      `K1 of element ${still} is 0 at h = ${
        horizons[0]
      }: nothing fluctuates there. Leave out horizons ` +
        "at which nothing moves.",
    );
  }
  const joint = stack(perHorizon);
  const covariance = pooledCovariance(joint, n, perHorizon[0].value);
  const whitening = whiteningOf(covariance);
  if (whitening === null) throw indistinct(covariance, horizons);
  const design = horizons.map(functions);
  const weights = leastSquaresMap(new Matrix(design), whitening)?.to2DArray();
  if (!weights) {
    throw new RangeError(`Horizons must differ from each other, and are ${horizons.join(", ")}.`);
  }
  const combine = (w: readonly number[]) => (entries: Float64Array) =>
    Float64Array.from({ length: elements }, (_, e) => {
      let sum = 0;
      for (let a = 0; a < n; a++) sum += w[a] * entries[a * elements + e];
      return sum;
    });
  const [estimate, ...further] = weights.map((w) => mapJackknife(joint, combine(w)));
  const degreesOfFreedom = elements * (n - weights.length);
  if (degreesOfFreedom === 0) return { estimate, chiSquare: null };
  const fitted = (e: number, a: number) =>
    [estimate, ...further].reduce((sum, one, k) => sum + one.value[e] * design[a][k], 0);
  return { estimate, chiSquare: goodnessOfFit(joint, fitted, whitening, degreesOfFreedom) };
}

/** Covariance of the errors at the windows, relative to each element's size, mean over elements `[n, n]`. */
function pooledCovariance(joint: Jackknife, n: number, size: Float64Array): Matrix {
  const entry = (a: number, b: number) => {
    const sum = size.reduce(
      (sum, own, e) =>
        sum + errorCovariance(joint, a * size.length + e, b * size.length + e) / own ** 2,
      0,
    );
    return sum / size.length;
  };
  return new Matrix(
    Array.from({ length: n }, (_, a) => Array.from({ length: n }, (_, b) => entry(a, b))),
  );
}

/** Why errors at several horizons cannot be weighed against each other. */
function indistinct(covariance: Matrix, horizons: readonly number[]): RangeError {
  const silent = horizons.findIndex((_, a) => !(covariance.get(a, a) > 0));
  if (silent >= 0) {
    return new RangeError(
      `K1 at h = ${
        horizons[silent]
      } has no scatter among the realizations: they may be copies of each other.`,
    );
  }
  const correlation = (a: number, b: number) =>
    covariance.get(a, b) / Math.sqrt(covariance.get(a, a) * covariance.get(b, b));
  const pairs = horizons.flatMap((_, a) => horizons.slice(0, a).map((_, b) => [b, a] as const));
  const [a, b] = pairs.reduce((most, pair) =>
    correlation(...pair) > correlation(...most) ? pair : most
  );
  return new RangeError(
    `K1 scatters alike at h = ${horizons[a]} and h = ${
      horizons[b]
    }, so that one of them tells nothing that the other does not: the data may be the same at both, or the horizons closer than the particles move. Leave one of them out.`,
  );
}

function stack(parts: readonly Jackknife[]): Jackknife {
  const join = (arrays: Float64Array[]) => Float64Array.from(arrays.flatMap((a) => [...a]));
  return {
    value: join(parts.map((p) => p.value)),
    deviations: parts[0].deviations.map((_, b) => join(parts.map((p) => p.deviations[b]))),
  };
}

/**
 * Sum over elements of the squared residuals in the pooled covariance's norm. Elements are treated
 * as independent; neighbours' errors correlate by up to a third, which widens the true law a little.
 */
function goodnessOfFit(
  joint: Jackknife,
  fitted: (element: number, window: number) => number,
  whitening: Matrix,
  degreesOfFreedom: number,
): ChiSquare {
  const n = whitening.rows, elements = joint.value.length / n;
  let value = 0;
  for (let e = 0; e < elements; e++) {
    const r = Array.from({ length: n }, (_, a) => {
      const measured = joint.value[a * elements + e];
      return (measured - fitted(e, a)) / measured;
    });
    value += whitening.mmul(Matrix.columnVector(r)).norm() ** 2;
  }
  return { value, degreesOfFreedom, pValue: chiSquarePValue(value, degreesOfFreedom) };
}
