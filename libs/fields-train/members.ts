/**
 * What the data leave open of a fit: parameters drawn from their posterior, Gaussian about the most likely ones
 * (Laplace), with a scale that left-out profiles tell. An epistemic index is the standard normal vector that a
 * member's parameters come of; what holds for any parameters (convexity, signs) holds for every member.
 */
import { choleskyOf } from "@spiediff/numerics";
import type { RandomStream } from "@spiediff/random";
import { inverse, Matrix } from "ml-matrix";
import type { Fit } from "./gauss_newton.ts";

/** One profile's data as `calibrate` of libs/epinet takes them, in standard errors. */
interface LinearProfile {
  /** `[data, parameters]`, parameters in units of their prior's width. */
  readonly design: Matrix;
  readonly residual: Float64Array;
  readonly explained: Float64Array;
}

/**
 * A fit about its answer as a linear one, cut into profiles: what calibration by left-out profiles needs.
 *
 * @param rows Number of data of each profile, in order.
 */
export function linearProfiles(
  { parameters, centre, jacobian, residuals }: Fit,
  rows: readonly number[],
  priorWidth: number,
): LinearProfile[] {
  const design = Matrix.mul(jacobian, priorWidth);
  const shift = Matrix.columnVector(parameters.map((v, k) => (v - centre[k]) / priorWidth));
  const explained = design.mmul(shift).to1DArray();
  let from = 0;
  return rows.map((size) => {
    const to = from + size, begin = from;
    from = to;
    return {
      design: design.subMatrix(begin, to - 1, 0, parameters.length - 1),
      residual: residuals.slice(begin, to).map((r) => -r),
      explained: Float64Array.from(explained.slice(begin, to)),
    };
  });
}

/** Draws the parameters of one member. */
export type MemberSampler = (stream: RandomStream) => Float64Array;

/**
 * @param scale Of the spread; 1 if the errors are as stated and the prior is right.
 * @throws {RangeError} if rounding leaves no posterior.
 */
export function posteriorMembers(
  { parameters, jacobian }: Pick<Fit, "parameters" | "jacobian">,
  priorWidth: number,
  scale = 1,
): MemberSampler {
  const precision = jacobian.transpose().mmul(jacobian)
    .add(Matrix.eye(parameters.length).div(priorWidth ** 2));
  const triangle = choleskyOf(precision)?.lowerTriangularMatrix;
  if (triangle === undefined) throw new RangeError("The posterior of a fit is not regular.");
  // Covariance (L L^T)^-1 = W^T W, W = L^-1.
  const rows = inverse(triangle).to2DArray();
  return ({ normal }) => {
    const index = rows.map(() => scale * normal());
    return parameters.map((v, k) => {
      let sum = v;
      for (let i = k; i < rows.length; i++) sum += rows[i][k] * index[i];
      return sum;
    });
  };
}
