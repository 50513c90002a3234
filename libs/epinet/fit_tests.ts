/** Whether a law fits the data that it was trained on, and predicts profiles that it was not trained on. */
import { factorThrough, type GoodnessOfFit, shrunkFactor } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";
import { beside, diagonalTimes, stacked } from "./blocks.ts";
import { type CalibrationProfile, foreignErrors, foreignOf, leftOutFits } from "./calibration.ts";
import { whitenedFit } from "./whitened_fit.ts";

/** A profile's data, the errors that they state, and what the trained law leaves of them. */
export interface TestedProfile extends CalibrationProfile {
  readonly profileName: string;
  /** `[data][data]` covariance of the data's errors as the data state them, in units of those that training took. */
  readonly statedErrors: Matrix;
  /** `[data]` data minus posterior mean. */
  readonly unexplained: Float64Array;
}

/** A profile that was left out, predicted by the others. */
export interface LeftOutProfile extends GoodnessOfFit {
  readonly profileName: string;
}

/** Tests of a trained law that need no reference. */
export interface FitTests {
  /** Of the law to all data that it was trained on. */
  readonly goodnessOfFit: GoodnessOfFit;
  /** Each profile predicted by all others; empty for a single one. */
  readonly leftOutProfiles: readonly LeftOutProfile[];
}

/**
 * Tests a law that is linear in a readout of unit prior variance (docs/theory.md section 6.10).
 *
 * @param profiles Designs in units of the readout's prior.
 */
export function fitTests(profiles: readonly TestedProfile[]): FitTests {
  return { goodnessOfFit: fitOfAll(profiles), leftOutProfiles: leftOutTests(profiles) };
}

/**
 * A fit with the hat matrix `H = X (X^T X + 1)^-1 X^T` leaves `(1 - H)(errors + X readout)` of the data; with
 * stated errors S and foreign ones F that has the covariance `(1 - H)(S + X X^T + F F^T)(1 - H)`.
 */
function fitOfAll(profiles: readonly TestedProfile[]): GoodnessOfFit {
  const errors = profiles.map(({ statedErrors }) => statedErrors);
  const design = stacked(profiles.map(({ design }) => design));
  // 1 - H = 1 - E E^T, and what it leaves of each combination of readouts and of foreign errors.
  const hat = shrunkFactor(design);
  const left = (x: Matrix) => Matrix.sub(x, hat.mmul(hat.transpose().mmul(x)));
  const own = foreignOf(profiles);
  const foreign = own && left(stacked(own));
  const remaining = foreign ? beside(left(design), foreign) : left(design);
  // (1 - E E^T) S (1 - E E^T) = S + U V^T.
  const moved = diagonalTimes(errors, hat);
  const back = Matrix.sub(hat.mmul(hat.transpose().mmul(moved)), moved);
  return whitenedFit(
    profiles.flatMap(({ unexplained }) => [...unexplained]),
    foreign,
    {
      errors,
      left: beside(hat, moved, remaining),
      right: beside(back, hat.clone().neg(), remaining),
    },
  );
}

/** Residuals of each profile under the others' fit, whitened by what training believes of them. */
function leftOutTests(profiles: readonly TestedProfile[]): LeftOutProfile[] {
  if (profiles.length < 2) return [];
  return leftOutFits(profiles).map(({ precision, residual }, p) => {
    const { design, statedErrors, profileName } = profiles[p];
    const posterior = factorThrough(precision, design);
    const foreign = foreignErrors(profiles, p, precision);
    const beyond = foreign ? beside(posterior, foreign) : posterior;
    const covariance = { errors: [statedErrors], left: beyond, right: beyond };
    return { profileName, ...whitenedFit(residual.to1DArray(), beyond, covariance) };
  });
}
