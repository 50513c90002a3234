/** Errors of a profile's fluxes as independent ones, without inverting their covariance. */
import { type RingMatrix, type SkylineCholesky, skylineCholesky } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";

/**
 * A whitening matrix W `[M, M]`: the errors of `W flux` are independent with unit variance, in its first or its
 * last rows; all other rows are zero.
 */
export interface Whitening {
  /** `W x`, `x` `[M, columns]`. */
  apply(x: Matrix): Matrix;
}

/** `W x` for one column `[M]`. */
export function whitened(whitening: Whitening, flux: ArrayLike<number>): Float64Array {
  const column = Matrix.columnVector(Array.from(flux));
  return Float64Array.from(whitening.apply(column).to1DArray());
}

/** Independent errors of known sizes, as a whitening. */
export function independent(standardErrors: ArrayLike<number>): Whitening {
  return {
    apply(x) {
      const out = x.clone();
      for (let e = 0; e < out.rows; e++) out.mulRow(e, 1 / standardErrors[e]);
      return out;
    },
  };
}

/**
 * Innovations of the fluxes with the trained elements first: the first rows know nothing of the
 * held-out elements, the last are what those add.
 */
export function whiteningsOf(
  covariance: RingMatrix,
  heldOut: readonly boolean[],
  profileName: string,
): { readonly whitening: Whitening; readonly heldOutWhitening: Whitening } {
  const trained = trainedElements(heldOut);
  const order = [...trained, ...trainedElements(heldOut.map((out) => !out))];
  const cholesky = decompose(covariance, order, profileName);
  const rows = (from: number, to: number): Whitening => ({
    apply(x) {
      const all = Matrix.zeros(x.rows, x.columns);
      if (from === to) return all;
      const own = x.selection(order.slice(0, to), columnsOf(x));
      const solved = cholesky.solveLower(own, to);
      for (let row = from; row < to; row++) all.setRow(row, solved.getRow(row));
      return all;
    },
  });
  return {
    whitening: rows(0, trained.length),
    heldOutWhitening: rows(trained.length, order.length),
  };
}

const columnsOf = (x: Matrix) => Array.from({ length: x.columns }, (_, c) => c);

/** Covariance `[M, M]` of `W x` where that of x is given. */
export function covarianceAfter(whitening: Whitening, covariance: RingMatrix): Matrix {
  return whitening.apply(whitening.apply(covariance.toMatrix()).transpose());
}

export function trainedElements(heldOut: readonly boolean[]): number[] {
  return heldOut.flatMap((out, e) => out ? [] : [e]);
}

/** @throws {RangeError} if the covariance of these elements is not positive definite. */
export function decompose(
  covariance: RingMatrix,
  elements: readonly number[],
  profileName: string,
): SkylineCholesky {
  const cholesky = skylineCholesky(covariance, elements);
  if (cholesky === null) throw unweighable(profileName);
  return cholesky;
}

export function unweighable(profileName: string): RangeError {
  return new RangeError(
    `The flux errors of profile ${profileName} cannot be weighed, since their covariance is not ` +
      "positive definite: its realizations are too few for its elements, or copies of each other. " +
      "Add realizations, or use fewer elements.",
  );
}
