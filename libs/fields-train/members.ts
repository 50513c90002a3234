/**
 * What the data leave open of a fit: parameters drawn from their posterior by randomised maximum likelihood
 * (Oliver, He & Reynolds, ECMOR V, 1996): data and prior centre are moved by errors of their own sizes, times a
 * scale that left-out profiles tell, and fitted again. Of linear problems that is the posterior; of others it
 * stays near the data, where draws of a Gaussian about the answer leave them by far. What holds for any parameters
 * (convexity, signs) holds for every member.
 */
import type { RandomStream } from "@spiediff/random";
import { Matrix } from "ml-matrix";
import { type Fit, fitParameters, type Residuals } from "./gauss_newton.ts";
import type { Problem } from "./potential_fit.ts";

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

/** Draws the parameters of one member. @param problem The fit's own, or that of another M. */
export type MemberSampler = (problem: Problem, stream: RandomStream) => Float64Array;

/** Steps of one member's fit, which begins at the most likely parameters. */
const STEPS = 12;
/** Ends where a step lowers the cost by less than this share: a small part of one degree of freedom. */
const TOLERANCE = 1e-4;

/** @param scale Of the spread; 1 if the errors are as stated and the prior is right. */
export const posteriorMembers = (
  { parameters, centre }: Pick<Fit, "parameters" | "centre">,
  priorWidth: number,
  scale = 1,
): MemberSampler =>
({ residuals, slopes }, { normal }) => {
  const prior = centre.map((v) => v + scale * priorWidth * normal());
  const errors = residuals(parameters).map(() => scale * normal());
  const moved: Residuals = (at) => residuals(at).map((r, i) => r + errors[i]);
  const options = { priorWidth, steps: STEPS, from: parameters, slopes, tolerance: TOLERANCE };
  return fitParameters(moved, prior, options).parameters;
};
