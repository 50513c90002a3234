/** Generalised least squares for a smooth f' through all profiles, and how well the law holds. */
import type { Field } from "@spiediff/law";
import { choleskyOf, logDeterminant, type RingMatrix } from "@spiediff/numerics";
import { Matrix, solve } from "ml-matrix";
import { operatorEntries } from "./physics_layer.ts";
import { type CurveBasis, curveOf, forceBasis, ridge, type SmoothCurve } from "./smooth_law.ts";
import { decompose, trainedElements, unweighable } from "./whitening.ts";

/** One profile as the fit sees it. */
export interface FitRow {
  readonly profileName: string;
  readonly density: Float64Array;
  /** Means over the elements, `[M]`. */
  readonly mobility: Float64Array;
  /** Fluxes that the product form describes, `[M]`. */
  readonly flux: Float64Array;
  /** Covariance of their errors, `[M, M]`, the law's own not included. */
  readonly covariance: RingMatrix;
  /** Elements kept from the fit. */
  readonly heldOut: readonly boolean[];
}

const DEGREE = 8;

/** Relative errors of the law that are tried, and what is likely before the data are seen, within a factor e. */
const ERRORS = Array.from({ length: 31 }, (_, k) => 2e-5 * 1.3 ** k);
export const USUAL = 0.001;

export interface ForceFit {
  /** f' up to a constant. */
  readonly force: SmoothCurve;
  /** Most likely relative error of the law: what the fluxes' own errors leave unexplained. */
  readonly modelError: number;
}

/**
 * Fits f' to the fluxes of all profiles and finds the most likely error of the law itself (the kernel's
 * nonlocality, what the mesh leaves out, a start not quite in equilibrium), by restricted maximum
 * likelihood with a log-normal prior. It also keeps combinations of fluxes that the simulation knows
 * almost exactly, such as their sum, from deciding anything.
 *
 * @param usual Centre of that prior.
 * @throws {RangeError} if a covariance is not positive definite.
 */
export function fitForce(rows: readonly FitRow[], field: Field, usual = USUAL): ForceFit {
  const basis = forceBasis(rows.map((row) => row.density), DEGREE, field);
  const { coefficients, modelError } = likeliestFit(
    rows,
    rows.map((row) => fluxDesign(row, basis)),
    usual,
  );
  return { force: curveOf(basis, coefficients), modelError };
}

/** Estimate of one number with its standard error. */
export interface FittedNumber {
  readonly value: number;
  readonly standardError: number;
}

/**
 * Fits f' and, beside it, the size of one further flux of each profile, by the same likelihood.
 *
 * @param further `[profiles][M]` fluxes per unit of that size.
 * @throws {RangeError} if a covariance is not positive definite.
 */
export function fitBeside(
  rows: readonly FitRow[],
  further: readonly Float64Array[],
  field: Field,
  usual = USUAL,
): FittedNumber {
  const basis = forceBasis(rows.map((row) => row.density), DEGREE, field);
  const plain = rows.map((row) => fluxDesign(row, basis));
  // As large as the other columns, of which the ridge keeps what is not determined at zero.
  const scale = Math.hypot(...plain.map((design) => design.norm())) /
    Math.sqrt(plain[0].columns) / Math.hypot(...further.map((flux) => Math.hypot(...flux)));
  const designs = plain.map((design, p) => {
    const trained = trainedElements(rows[p].heldOut);
    return design.clone().addColumn(trained.map((e) => scale * further[p][e]));
  });
  const { coefficients, information } = likeliestFit(rows, designs, usual);
  const last = information.rows - 1;
  const unit = Matrix.zeros(information.rows, 1);
  unit.set(last, 0, 1);
  return {
    value: scale * coefficients[last],
    standardError: scale * Math.sqrt(solve(information, unit).get(last, 0)),
  };
}

interface LikelyFit {
  readonly coefficients: number[];
  /** Inverse covariance of the coefficients. */
  readonly information: Matrix;
  readonly modelError: number;
}

/** Over the errors of the law itself. */
function likeliestFit(
  rows: readonly FitRow[],
  designs: readonly Matrix[],
  usual: number,
): LikelyFit {
  let best: LikelyFit | undefined, least = Infinity;
  for (const modelError of ERRORS) {
    const { cost, ...fit } = restrictedFit(rows, designs, modelError);
    const total = cost + Math.log(modelError / usual) ** 2;
    if (best === undefined || total < least) {
      least = total;
      best = { ...fit, modelError };
    }
  }
  return best!;
}

/** Fluxes of every basis function at the elements that count, `[trained][basis]`. */
function fluxDesign({ density, mobility, heldOut }: FitRow, basis: CurveBasis): Matrix {
  const M = density.length;
  const entries = operatorEntries(mobility);
  const values = Array.from(density, basis.values);
  return new Matrix(
    trainedElements(heldOut).map((e) =>
      values[e].map((v, k) => entries[e] * (values[(e + 1) % M][k] - v))
    ),
  );
}

/** The covariance with the law's own error, `modelError` relative to the fluxes and their rms. */
export function withModelError(
  { flux, covariance, heldOut }: Pick<FitRow, "flux" | "covariance" | "heldOut">,
  modelError: number,
): RingMatrix {
  // A held-out flux must not tell of itself.
  const squares = flux.map((J, e) => heldOut[e] ? 0 : J * J);
  const scale = squares.reduce((sum, square) => sum + square, 0) / flux.length;
  return covariance.plusDiagonal(squares.map((square) => modelError ** 2 * (scale + square)));
}

/** Coefficients, and minus twice the restricted log-likelihood. */
function restrictedFit(
  rows: readonly FitRow[],
  designs: readonly Matrix[],
  modelError: number,
): Pick<LikelyFit, "coefficients" | "information"> & { readonly cost: number } {
  const size = designs[0].columns;
  const normal = Matrix.zeros(size, size), right = Matrix.zeros(size, 1);
  let cost = 0, square = 0;
  rows.forEach((row, p) => {
    const trained = trainedElements(row.heldOut);
    const cholesky = decompose(withModelError(row, modelError), trained, row.profileName);
    const flux = Matrix.columnVector(trained.map((e) => row.flux[e]));
    const weighted = cholesky.solve(designs[p]);
    normal.add(designs[p].transpose().mmul(weighted));
    right.add(weighted.transpose().mmul(flux));
    square += flux.transpose().mmul(cholesky.solve(flux)).get(0, 0);
    cost += cholesky.logDeterminant;
  });
  ridge(normal);
  const coefficients = solve(normal, right);
  const cholesky = choleskyOf(normal);
  if (cholesky === null) throw unweighable(rows[0].profileName);
  cost += logDeterminant(cholesky) + square -
    coefficients.transpose().mmul(right).get(0, 0);
  return { coefficients: coefficients.to1DArray(), information: normal, cost };
}
