/** What realizations of a profile would tell, and by how much they would narrow what is aimed at. */
import { choleskyOf, symmetrised, whiteningOf } from "@spiediff/numerics";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { CURVES, type Curves, type LawCurve, valueOf } from "./law_curve.ts";
import { lawErrorOf } from "./measured_profile.ts";
import type { NoiseModel } from "./noise_model.ts";
import { fluxResponse, mobilityResponse } from "./observables.ts";
import { lawVariances } from "./whitened_data.ts";

/**
 * Independent combinations of a profile's data: `R` realizations give each a variance `1/R + floor`, the
 * floor the law's own error, which no realization takes away.
 */
export interface DataRows {
  /** `[data, basis]`. */
  readonly design: Matrix;
  /** `[data]`. */
  readonly floor: Float64Array;
}

/** Rows of both curves' data for a profile of nodal densities `[M]`. */
export function dataRows(
  density: Float64Array,
  waves: number,
  law: Curves<LawCurve>,
  noise: NoiseModel,
  lawError: number,
): Curves<DataRows> {
  const own = lawErrorOf({ waves, density }, lawError);
  const flux = fluxResponse(
    density,
    (rho) => valueOf(law.diffusivity, rho),
    law.diffusivity.basis,
  );
  const mobility = mobilityResponse(
    density,
    (rho) => valueOf(law.mobility, rho),
    law.mobility.basis,
  );
  const deviations = noise.mobilityVariance(density).map(Math.sqrt);
  const scaled = mobility.tangent.clone().mulColumnVector(Array.from(deviations, (d) => 1 / d));
  return {
    diffusivity: fluxRows(flux.tangent, flux.values, noise.fluxCovariance(density), own),
    mobility: { design: scaled, floor: deviations.map((d) => (own / d) ** 2) },
  };
}

/** Whitened by the noise, then turned so that the law's error is independent as well. */
function fluxRows(
  tangent: Matrix,
  flux: Float64Array,
  covariance: Matrix,
  lawError: number,
): DataRows {
  // Some combinations, such as the fluxes' sum, hardly scatter.
  const ridge = 1e-9 * covariance.trace() / covariance.rows;
  const whitening = whiteningOf(covariance.clone().add(Matrix.eye(covariance.rows).mul(ridge)))!;
  const variances = Array.from(lawVariances(flux, lawError));
  const law = whitening.mmul(Matrix.diag(variances)).mmul(whitening.transpose());
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetrised(law), {
    assumeSymmetric: true,
  });
  return {
    design: eigenvectorMatrix.transpose().mmul(whitening.mmul(tangent)),
    floor: Float64Array.from(realEigenvalues, (value) => Math.max(0, value)),
  };
}

/** What further realizations add to each row's weight, inverse variances, `[data]`. */
export function addedWeights(
  { floor }: DataRows,
  before: number,
  further: number,
): Float64Array {
  const weight = (R: number, f: number) => R / (1 + R * f);
  // Never below 0, as rounding may have it.
  return floor.map((f) => Math.max(0, weight(before + further, f) - weight(before, f)));
}

/** `Y^T diag(weights) Y`. */
export function informationOf({ design }: DataRows, weights: Float64Array): Matrix {
  const scaled = design.clone().mulColumnVector(Array.from(weights, Math.sqrt));
  return scaled.transpose().mmul(scaled);
}

/** Rows whose posterior variances are aimed at, `[rows, basis]` of each curve; null where it does not enter. */
export type AimRows = Curves<Matrix | null>;

/**
 * Fewer rows with the same sum of squares in any direction, so that a sum over a curve costs no more than its
 * few degrees of freedom.
 */
export function compressed(rows: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    symmetrised(rows.transpose().mmul(rows)),
    { assumeSymmetric: true },
  );
  const least = 1e-9 * Math.max(...realEigenvalues);
  const kept = realEigenvalues.flatMap((value, k) => value > least ? [k] : []);
  return eigenvectorMatrix.subMatrixColumn(kept).transpose()
    .mulColumnVector(kept.map((k) => Math.sqrt(realEigenvalues[k])));
}

/** Sum of the posterior variances of rows. */
export function sumOfVariances(rows: AimRows, precision: Curves<Matrix>): number {
  return CURVES.reduce((sum, name) => {
    const own = rows[name];
    if (own === null) return sum;
    return sum + Matrix.mul(own, solved(precision[name], own.transpose()).transpose()).sum();
  }, 0);
}

function solved(precision: Matrix, right: Matrix): Matrix {
  const cholesky = choleskyOf(precision);
  if (cholesky === null) throw new RangeError("A precision must be positive definite.");
  return cholesky.solve(right);
}

/** A posterior from which many steps are tried. */
export interface Standpoint {
  /** `P^-1` of each curve that rows are aimed at. */
  readonly covariance: Curves<Matrix | null>;
  /** `P^-1 A^T`. */
  readonly towards: Curves<Matrix | null>;
}

export function standpoint(rows: AimRows, precision: Curves<Matrix>): Standpoint {
  const covariance = (name: keyof AimRows) =>
    rows[name] && solved(precision[name], Matrix.eye(precision[name].rows));
  const both = { diffusivity: covariance("diffusivity"), mobility: covariance("mobility") };
  const towards = (name: keyof AimRows) => both[name]?.mmul(rows[name]!.transpose()) ?? null;
  return {
    covariance: both,
    towards: { diffusivity: towards("diffusivity"), mobility: towards("mobility") },
  };
}

/**
 * By how much further realizations would lower the sum of variances: by a finite step, since where the prior
 * dominates the gradient misleads.
 */
export function narrowing(
  { covariance, towards }: Standpoint,
  data: Curves<DataRows>,
  before: number,
  further: number,
): number {
  return CURVES.reduce((sum, name) => {
    const own = covariance[name];
    if (own === null) return sum;
    const weights = Array.from(addedWeights(data[name], before, further), Math.sqrt);
    const Y = data[name].design.clone().mulColumnVector(weights);
    const seen = Y.mmul(own).mmul(Y.transpose()).add(Matrix.eye(Y.rows));
    const along = Y.mmul(towards[name]!);
    return sum + Matrix.mul(along, choleskyOf(seen)!.solve(along)).sum();
  }, 0);
}

/** The derivative of that sum by the realizations of one profile, as a positive number. */
export function narrowingRate(
  { towards }: Standpoint,
  data: Curves<DataRows>,
  realizations: number,
): number {
  return CURVES.reduce((sum, name) => {
    const own = towards[name];
    if (own === null) return sum;
    const { design, floor } = data[name];
    const along = design.mmul(own);
    return sum + floor.reduce(
      (part, f, j) => part + along.getRowVector(j).norm() ** 2 / (1 + realizations * f) ** 2,
      0,
    );
  }, 0);
}
