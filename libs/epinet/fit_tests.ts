/** Whether a law fits the data that it was trained on, and predicts profiles that it was not trained on. */
import { type GoodnessOfFit, goodnessOfFit, whiteningOf } from "@spiediff/numerics";
import { inverse, Matrix, solve } from "ml-matrix";
import { addBlock, stacked } from "./blocks.ts";
import { type CalibrationProfile, foreignErrors, foreignOf, leftOutFits } from "./calibration.ts";

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
  const design = stacked(profiles.map(({ design }) => design));
  const errors = design.mmul(design.transpose());
  const left = inverse(Matrix.add(errors, Matrix.eye(design.rows)));
  let from = 0;
  for (const { statedErrors } of profiles) {
    addBlock(errors, statedErrors, 1, from, from);
    from += statedErrors.rows;
  }
  const unexplained = Matrix.columnVector(profiles.flatMap(({ unexplained }) => [...unexplained]));
  const own = foreignOf(profiles);
  if (own === undefined) {
    return goodnessOfFit(unexplained.to1DArray(), left.mmul(errors).mmul(left));
  }
  const foreign = stacked(own);
  errors.add(foreign.mmul(foreign.transpose()));
  const remaining = left.mmul(foreign);
  return whitenedFit(
    unexplained,
    remaining.mmul(remaining.transpose()).add(Matrix.eye(design.rows)),
    left.mmul(errors).mmul(left),
  );
}

/** In units of a believed covariance, so that no few directions decide alone. */
function whitenedFit(residual: Matrix, believed: Matrix, covariance: Matrix): GoodnessOfFit {
  const whitening = whiteningOf(believed)!;
  return goodnessOfFit(
    whitening.mmul(residual).to1DArray(),
    whitening.mmul(covariance).mmul(whitening.transpose()),
  );
}

/** Residuals of each profile under the others' fit, whitened by what training believes of them. */
function leftOutTests(profiles: readonly TestedProfile[]): LeftOutProfile[] {
  if (profiles.length < 2) return [];
  return leftOutFits(profiles).map(({ precision, residual }, p) => {
    const { design, statedErrors, profileName } = profiles[p];
    const beyond = design.mmul(solve(precision, design.transpose()));
    const foreign = foreignErrors(profiles, p, precision);
    if (foreign !== undefined) beyond.add(foreign.mmul(foreign.transpose()));
    const believed = Matrix.add(beyond, Matrix.eye(design.rows));
    return { profileName, ...whitenedFit(residual, believed, beyond.add(statedErrors)) };
  });
}
