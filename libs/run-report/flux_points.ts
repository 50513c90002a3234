/**
 * What measured currents say of the law, element by element and without a model: the current of an element is
 * the mean of -D d_x rho over it, so that D = -J Delta / (difference of rho), f'' = D/m, and the sum of
 * -J Delta / m along the ring is f' up to a constant (docs/theory.md sections 3 and 6).
 */
import { type RingEstimate, unexplainedVariances } from "@spiediff/fdt-operators";
import { bandWidth } from "@spiediff/numerics";
import type { MeasuredPoints } from "@spiediff/report";

/** What is read of an estimate. */
export type Currents = Pick<
  RingEstimate,
  | "elementDensity"
  | "K1"
  | "K1StandardError"
  | "flux"
  | "fluxStandardError"
  | "realizations"
  | "samplingCovariance"
  | "circulationVariance"
>;

const LABEL = "from measured currents";
/** Realizations per field from which a regression of currents on fields is worth its name. */
const LEAST_REALIZATIONS = 4;
/** Differences of density below this share of a profile's largest say too little. */
const STEEP = 0.5;

/**
 * Densities at the nodes themselves. The consistent rule gives `rho - Delta^2 rho''/12`, whose linear interpolant
 * has the true means; a second difference takes that back, to fourth order.
 */
function pointDensities(consistent: readonly number[]): number[] {
  const M = consistent.length;
  return consistent.map((value, i) =>
    value + (consistent[(i + 1) % M] - 2 * value + consistent[(i + M - 1) % M]) / 12
  );
}

/** Over an element: difference and middle of the density, driving-force difference, and its error. */
interface Step {
  readonly middle: number;
  readonly difference: number;
  /** `-J Delta`, the difference of P, `P' = D`. */
  readonly pressure: number;
  readonly pressureError: number;
  readonly mobility: number;
  readonly mobilityError: number;
}

/**
 * Standard errors of currents at the densities that were measured with them: most of a current's scatter is what
 * the sampled densities ask for, and these are the densities of the points. With too few realizations to tell
 * both apart, all of the scatter.
 */
function currentErrors(estimate: Currents): readonly number[] {
  const { realizations, fluxStandardError, samplingCovariance, circulationVariance } = estimate;
  const M = fluxStandardError.length, fields = bandWidth(M);
  if (realizations < LEAST_REALIZATIONS * fields) return fluxStandardError;
  // What a regression leaves in its own sample is too little by its parameters.
  const freedom = (realizations - 1) / (realizations - 1 - fields);
  return unexplainedVariances(samplingCovariance, M).map((variance) =>
    Math.sqrt(Math.max(0, variance) * freedom + circulationVariance)
  );
}

function stepsOf(estimate: Currents): Step[] {
  const { elementDensity, K1, K1StandardError, flux } = estimate;
  const error = currentErrors(estimate);
  const rho = pointDensities(elementDensity);
  const Delta = 1 / K1.length;
  return rho.map((here, e) => {
    const next = rho[(e + 1) % rho.length];
    return {
      middle: (here + next) / 2,
      difference: next - here,
      pressure: -Delta * flux[e],
      pressureError: Delta * error[e],
      mobility: -Delta * K1[e],
      mobilityError: Delta * K1StandardError[e],
    };
  });
}

/** The steps across which a profile changes most. */
function steepSteps(estimates: readonly Currents[]): Step[] {
  return estimates.flatMap((estimate) => {
    const steps = stepsOf(estimate);
    const largest = Math.max(...steps.map(({ difference }) => Math.abs(difference)));
    return steps.filter(({ difference }) =>
      difference !== 0 && Math.abs(difference) >= STEEP * largest
    );
  });
}

/** D from currents, where the density changes. */
export function diffusivityPoints(estimates: readonly Currents[]): MeasuredPoints {
  const steps = steepSteps(estimates);
  return {
    label: LABEL,
    x: steps.map(({ middle }) => middle),
    value: steps.map(({ pressure, difference }) => pressure / difference),
    standardError: steps.map((s) => s.pressureError / Math.abs(s.difference)),
  };
}

/** f'' = D/m from currents and measured mobilities. */
export function curvaturePoints(estimates: readonly Currents[]): MeasuredPoints {
  const steps = steepSteps(estimates).filter(({ mobility }) => mobility > 0);
  return {
    label: LABEL,
    x: steps.map(({ middle }) => middle),
    value: steps.map(({ pressure, difference, mobility }) => pressure / (difference * mobility)),
    standardError: steps.map((s) =>
      Math.hypot(s.pressureError, s.pressure * s.mobilityError / s.mobility) /
      Math.abs(s.difference * s.mobility)
    ),
  };
}

/**
 * f' at the nodes, summed along each ring; its constant is that which brings a profile's points onto `learned` in
 * the mean. Errors of elements are taken as independent.
 *
 * @param learned f' as the report shows it.
 */
export function drivingForcePoints(
  estimates: readonly Currents[],
  learned: (density: number) => number,
): MeasuredPoints {
  const points: MeasuredPoints = { label: LABEL, x: [], value: [], standardError: [] };
  for (const estimate of estimates) {
    const steps = stepsOf(estimate);
    if (!steps.every(({ mobility }) => mobility > 0)) continue;
    const rho = pointDensities(estimate.elementDensity), M = rho.length;
    const variance = steps.map((s) =>
      (Math.hypot(s.pressureError, s.pressure * s.mobilityError / s.mobility) / s.mobility) ** 2
    );
    const sums = [0];
    for (let e = 0; e + 1 < M; e++) sums.push(sums[e] + steps[e].pressure / steps[e].mobility);
    const shift = rho.reduce((sum, value, i) => sum + (learned(value) - sums[i]) / M, 0);
    rho.forEach((value, i) => {
      points.x.push(value);
      points.value.push(sums[i] + shift);
      points.standardError.push(Math.sqrt(varianceOfSum(variance, i)));
    });
  }
  return points;
}

/**
 * Variance of the sum of the steps before node `i` less the mean of all such sums: step `e` is in the sum if
 * `e < i`, and in a share `(M - 1 - e)/M` of all.
 */
function varianceOfSum(variance: readonly number[], i: number): number {
  const M = variance.length;
  let total = 0;
  for (let e = 0; e + 1 < M; e++) {
    total += variance[e] * ((e < i ? 1 : 0) - (M - 1 - e) / M) ** 2;
  }
  return total;
}
