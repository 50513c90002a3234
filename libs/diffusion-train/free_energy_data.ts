import { CholeskyDecomposition, inverse, Matrix, solve } from "ml-matrix";
import { meanAndStd } from "./_statistics.ts";
import { whitened } from "./physics_layer.ts";
import type { OperatorData } from "./types.ts";

/**
 * One profile, ready for the free-energy training; `[M]` each, entry e of `k1` and `flux` for the
 * element between nodes e and e+1.
 */
export interface ForceRows {
  readonly density: Float64Array;
  /** f' at the nodes as the data have it: fluxes over the trained K1, summed around the ring. */
  readonly observedForce: Float64Array;
  /** K1 of the trained model, constant in this training. */
  readonly k1: Float64Array;
  readonly flux: Float64Array;
  /**
   * `[M*M]` whitening matrix W, row-major: the errors of `W flux` are independent with unit
   * variance. Its norm |W r|^2 is the Onsager-Machlup action of the residual r, up to constants.
   */
  readonly whitening: Float64Array;
  /**
   * The same for the innovations of held-out elements: |V r|^2 is what their fluxes add to the
   * action of the trained elements'. Rows of the one matrix are zero where the other's are not.
   */
  readonly heldOutWhitening: Float64Array;
  /** Number of elements held out. */
  readonly heldOutCount: number;
}

/**
 * Turns fluxes into noisy observations of f' (the diffusion's clean data).
 *
 * Fluxes over the trained K1 are the steps of f' between neighbours; they close around the ring
 * after a least-squares adjustment; and the constant that each profile leaves open is set by one
 * smooth curve through the steps of all profiles. That curve also stands in for the fluxes of
 * held-out elements. Multiplying by K takes these observations back to
 * the drift: the diffusion runs over the drift, in the coordinates in which its samples are
 * functions of the density alone (docs/theory.md section 6).
 *
 * @param k1 `[profiles][M]` from the trained operator model, all negative.
 * @throws {RangeError} if an entry of `k1` is not negative or a covariance is not positive definite.
 */
export function forceRows(data: readonly OperatorData[], k1: readonly Float64Array[]): ForceRows[] {
  const open = data.map((d, p) => {
    k1[p].forEach((entry, e) => {
      if (!(entry < 0)) {
        throw new RangeError(
          `K1 of element ${e}, profile ${d.profileName}, is ${entry}, not below 0.`,
        );
      }
    });
    const covariance = fluxCovariance(d);
    const heldOut = d.heldOut ?? d.flux.map(() => false);
    return {
      row: {
        density: Float64Array.from(d.density),
        k1: k1[p],
        flux: Float64Array.from(d.flux),
        ...whiteningMatrices(covariance, heldOut, d.profileName),
      },
      heldOut,
      covariance,
    };
  });
  const curve = smoothForce(open.map(({ row }) => row));
  return open.map(({ row, heldOut, covariance }) => {
    const M = row.density.length;
    const observed = row.flux.map((J, e) =>
      heldOut[e] ? row.k1[e] * (curve(row.density[(e + 1) % M]) - curve(row.density[e])) : J
    );
    const steps = closedSteps(observed, row.k1, covariance);
    const observedForce = new Float64Array(M);
    for (let i = 1; i < M; i++) observedForce[i] = observedForce[i - 1] + steps[i - 1];
    let shift = 0;
    observedForce.forEach((v, i) => shift += (curve(row.density[i]) - v) / M);
    return { ...row, observedForce: observedForce.map((v) => v + shift) };
  });
}

/**
 * What the discretised law leaves unexplained, relative to the flux: the element's mean of
 * `m d_x f'` against the product of means. It keeps combinations of fluxes that the simulation
 * knows almost exactly, such as their sum, from deciding the fit.
 */
const MODEL_ERROR = 0.003;

function fluxCovariance(d: OperatorData): Matrix {
  const M = d.flux.length;
  const covariance = d.fluxCovariance
    ? Matrix.from1DArray(M, M, [...d.fluxCovariance])
    : Matrix.diag(d.fluxStandardError.map((se) => se * se));
  const squares = d.flux.map((J, e) => d.heldOut?.[e] ? 0 : J * J);
  const scale = squares.reduce((sum, square) => sum + square, 0) / M;
  for (let e = 0; e < M; e++) {
    covariance.set(e, e, covariance.get(e, e) + MODEL_ERROR ** 2 * (scale + squares[e]));
  }
  return covariance;
}

/**
 * Innovations of the fluxes with the trained elements first: the first rows know nothing of the
 * held-out elements, the last are what those add.
 */
function whiteningMatrices(
  covariance: Matrix,
  heldOut: readonly boolean[],
  profileName: string,
): Pick<ForceRows, "whitening" | "heldOutWhitening" | "heldOutCount"> {
  const M = heldOut.length;
  const elements = heldOut.map((_, e) => e);
  const order = [...elements.filter((e) => !heldOut[e]), ...elements.filter((e) => heldOut[e])];
  const cholesky = new CholeskyDecomposition(covariance.selection(order, order));
  if (!cholesky.isPositiveDefinite()) {
    throw new RangeError(`The flux covariance of profile ${profileName} is not positive definite.`);
  }
  const innovations = inverse(cholesky.lowerTriangularMatrix);
  const heldOutCount = heldOut.filter(Boolean).length;
  const whitening = new Float64Array(M * M), heldOutWhitening = new Float64Array(M * M);
  for (let row = 0; row < M; row++) {
    const target = row < M - heldOutCount ? whitening : heldOutWhitening;
    for (let c = 0; c < M; c++) target[row * M + order[c]] = innovations.get(row, c);
  }
  return { whitening, heldOutWhitening, heldOutCount };
}

/** Steps f'_{e+1} - f'_e, adjusted by generalised least squares to sum to zero around the ring. */
function closedSteps(flux: Float64Array, k1: Float64Array, covariance: Matrix): Float64Array {
  const steps = k1.map((k, e) => flux[e] / k);
  const excess = steps.reduce((a, b) => a + b, 0);
  // Covariance of each step with their sum.
  const towards = k1.map((k, e) =>
    k1.reduce((sum, other, j) => sum + covariance.get(e, j) / (k * other), 0)
  );
  const total = towards.reduce((a, b) => a + b, 0);
  return steps.map((step, e) => step - excess * towards[e] / total);
}

const DEGREE = 9;

/** The smooth f', up to a constant, whose fluxes fit those of all profiles best. */
function smoothForce(
  rows: readonly Pick<ForceRows, "density" | "k1" | "flux" | "whitening">[],
): (density: number) => number {
  const all = rows.flatMap((row) => [...row.density]);
  const low = Math.min(...all), high = Math.max(...all);
  const basis = (rho: number) => chebyshev((2 * rho - low - high) / (high - low));
  const normal = Matrix.zeros(DEGREE, DEGREE);
  const right = Matrix.zeros(DEGREE, 1);
  for (const { density, k1, flux, whitening } of rows) {
    const M = density.length;
    const values = Array.from(density, basis);
    const W = Matrix.from1DArray(M, M, [...whitening]);
    const fluxes = new Matrix(
      values.map((row, e) => row.map((v, k) => k1[e] * (values[(e + 1) % M][k] - v))),
    );
    const design = W.mmul(fluxes);
    const target = W.mmul(Matrix.columnVector([...flux]));
    normal.add(design.transpose().mmul(design));
    right.add(design.transpose().mmul(target));
  }
  // A touch of ridge keeps degrees that the data do not determine at zero.
  const ridge = 1e-9 * normal.trace() / DEGREE;
  for (let a = 0; a < DEGREE; a++) normal.set(a, a, normal.get(a, a) + ridge);
  const coefficients = solve(normal, right).to1DArray();
  return (rho) => basis(rho).reduce((sum, v, k) => sum + coefficients[k] * v, 0);
}

/** Chebyshev polynomials of degree 1 to DEGREE. */
function chebyshev(x: number): number[] {
  const values = [x, 2 * x * x - 1];
  while (values.length < DEGREE) values.push(2 * x * values.at(-1)! - values.at(-2)!);
  return values;
}

/** Normalisation of f' over all nodes of all profiles. */
export function forceScaling(rows: readonly ForceRows[]): { mean: number; std: number } {
  return meanAndStd(rows.flatMap((row) => [...row.observedForce]));
}

/** Mean of |W flux|^2 over the data: in units of it the loss starts near one. */
export function meanAction(rows: readonly ForceRows[]): number {
  const squares = rows.flatMap(({ whitening, flux }) =>
    Array.from(whitened(whitening, flux), (v) => v * v)
  );
  return squares.reduce((a, b) => a + b, 0) / squares.length;
}
