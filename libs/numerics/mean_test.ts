import { Matrix } from "ml-matrix";
import { fPValue } from "./f_distribution.ts";
import { whiteningOf } from "./least_squares.ts";

/** One independent part of the errors of a vector. */
export interface ErrorPart {
  /** Covariance of the vector's errors, `[n, n]`; may be singular. */
  readonly covariance: Matrix;
  /** Of a sample covariance, the sample's size less 1; Infinity if the covariance is known. */
  readonly degreesOfFreedom: number;
}

/** What is said of a vector whose expectation should be zero. */
export interface MeanTest {
  /** Its square in the inverse of all parts together. */
  readonly square: number;
  /** Length of the vector. */
  readonly dimension: number;
  /** Of the estimated covariance, all parts together. */
  readonly degreesOfFreedom: number;
  /** Probability of a larger square if the expectation is zero. */
  readonly pValue: number;
}

/**
 * Whether a normal vector has the expectation zero, its covariance being a sum of independent parts that are
 * known or were estimated from samples.
 *
 * With one sample it is Hotelling's test. With several the degrees of freedom are those of Nel and van der
 * Merwe as made invariant by Krishnamoorthy and Yu (2004, Statistics & Probability Letters 66, 161); with
 * none, and for large samples, it is the chi-square test.
 *
 * @param vector `[n]`.
 * @throws {RangeError} if the parts together are singular, or come from too few samples for `n` numbers.
 */
export function meanTest(vector: ArrayLike<number>, parts: readonly ErrorPart[]): MeanTest {
  const n = vector.length;
  const total = Matrix.zeros(n, n);
  for (const { covariance } of parts) total.add(covariance);
  const whitening = whiteningOf(total);
  if (whitening === null) {
    throw new RangeError(`The covariance of ${n} errors is singular: some have no error.`);
  }
  const square = whitening.mmul(Matrix.columnVector(Array.from(vector))).norm() ** 2;
  let uncertainty = 0;
  for (const { covariance, degreesOfFreedom } of parts) {
    const share = whitening.mmul(covariance).mmul(whitening.transpose());
    uncertainty += (share.norm() ** 2 + share.trace() ** 2) / degreesOfFreedom;
  }
  // A million degrees are as good as infinitely many, and keep the digits of F.
  const degreesOfFreedom = Math.min(n * (n + 1) / uncertainty, 1e6);
  const left = degreesOfFreedom - n + 1;
  if (!(left > 0)) {
    throw new RangeError(
      `${n} numbers cannot be tested with a covariance of ${degreesOfFreedom.toFixed(1)} degrees ` +
        "of freedom; it takes more samples than numbers.",
    );
  }
  const pValue = fPValue(square * left / (degreesOfFreedom * n), n, left);
  return { square, dimension: n, degreesOfFreedom, pValue };
}
