import { chiSquarePValue } from "./chi_square.ts";

/** Squared residuals in standard errors, held against what they are if the law holds. */
export interface GoodnessOfFit {
  readonly chiSquare: number;
  /** What it is on average if the law holds: data less the parameters that they were fitted with. */
  readonly degreesOfFreedom: number;
  /** Probability of a larger value if the law holds. */
  readonly pValue: number;
}

/**
 * The test of `chiSquare = |r|^2` for normal residuals `r` of mean zero and a known covariance.
 *
 * It is a sum of squares of standard normals times the eigenvalues, those of a fit between 0 (data that the
 * fit takes up) and 1 (data that it leaves alone). The p-value is that of a chi-square variable scaled to
 * the same mean and variance (Satterthwaite 1946), exact where all eigenvalues are 0 or 1.
 *
 * @param mean Trace of the covariance. @param square Trace of its square.
 * @throws {RangeError} if the covariance is zero: then nothing is tested.
 */
export function goodnessOfFit(chiSquare: number, mean: number, square: number): GoodnessOfFit {
  if (!(mean > 0)) throw new RangeError(`The residuals' total variance is ${mean}, not above 0.`);
  return {
    chiSquare,
    degreesOfFreedom: mean,
    pValue: chiSquarePValue(chiSquare * mean / square, mean ** 2 / square),
  };
}
