/** A profile's data in standard errors, as a linear function of a curve's coefficients. */
import type { CalibrationProfile } from "@spiediff/epinet";
import { whiteningOf } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";
import { correctionOf, type CurveName, type LawCurve, valueOf } from "./law_curve.ts";
import { lawErrorOf, type MeasuredProfile } from "./measured_profile.ts";
import { fluxResponse, mobilityResponse, type Response } from "./observables.ts";
import type { PriorBasis } from "./prior_basis.ts";

/** Whitened data beside what their covariance adds to their likelihood. */
export interface WhitenedData extends CalibrationProfile {
  /** `ln det` of the errors' covariance. */
  readonly logDeterminant: number;
}

/**
 * Linear at a curve: `data = residual + explained` is what the coefficients, from zero on, have to answer for.
 *
 * @param basis Whose coefficients; any, the curve's own included.
 * @param lawError Relative error of the law, at long waves.
 * @throws {RangeError} naming the profile whose errors cannot be weighed.
 */
export function whitenedData(
  name: CurveName,
  measured: MeasuredProfile,
  curve: LawCurve,
  basis: PriorBasis,
  lawError: number,
): WhitenedData {
  const at = responseOf(name, measured, curve, basis);
  const correction: PriorBasis = {
    size: 1,
    values: (rho) => Float64Array.of(correctionOf(curve, rho)),
  };
  const explained = responseOf(name, measured, curve, correction).tangent;
  const covariance = errorsOf(name, measured, at.values, lawErrorOf(measured, lawError));
  const whitening = whiteningOf(covariance);
  if (whitening === null) {
    throw new RangeError(
      `The errors of profile ${measured.name} cannot be weighed: its ${measured.realizations} ` +
        "realizations are too few for its elements.",
    );
  }
  const data = name === "diffusivity"
    ? Array.from(measured.flux)
    : Array.from(measured.mobility, Math.log);
  const residual = Matrix.columnVector(data.map((value, e) => value - at.values[e]));
  return {
    design: whitening.mmul(at.tangent),
    residual: Float64Array.from(whitening.mmul(residual).to1DArray()),
    explained: Float64Array.from(whitening.mmul(explained).to1DArray()),
    logDeterminant: -2 * whitening.diag().reduce((sum, v) => sum + Math.log(v), 0),
  };
}

function responseOf(
  name: CurveName,
  measured: MeasuredProfile,
  curve: LawCurve,
  basis: PriorBasis,
): Response {
  const value = (rho: number) => valueOf(curve, rho);
  return name === "diffusivity"
    ? fluxResponse(measured.density, value, basis)
    : mobilityResponse(measured.elementDensity, value, basis);
}

/** Covariance of fluxes, or of logarithms of mobilities, with the law's own error `[M, M]`. */
function errorsOf(
  name: CurveName,
  measured: MeasuredProfile,
  values: Float64Array,
  lawError: number,
): Matrix {
  if (name === "mobility") {
    return Matrix.diag(Array.from(
      measured.mobility,
      (m, e) => (measured.mobilityStandardError[e] / m) ** 2 + lawError ** 2,
    ));
  }
  const covariance = measured.fluxCovariance.clone();
  lawVariances(values, lawError).forEach((variance, e) =>
    covariance.set(e, e, covariance.get(e, e) + variance)
  );
  return covariance;
}

/** Of fluxes: relative to each, and to their root mean square, so that none is known almost exactly. */
export function lawVariances(flux: Float64Array, lawError: number): Float64Array {
  const mean = flux.reduce((sum, J) => sum + J * J, 0) / flux.length;
  return flux.map((J) => lawError ** 2 * (mean + J * J));
}
