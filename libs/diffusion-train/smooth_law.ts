/** A smooth law through the data, before any network: for what is needed to first order only. */
import type { Field } from "@spiediff/law";
import { gaussLegendre, gaussPoints } from "@spiediff/numerics";
import { Matrix, solve } from "ml-matrix";

/** A function of density with its slope. */
export interface SmoothCurve {
  readonly value: (density: number) => number;
  readonly slope: (density: number) => number;
}

/** Functions of density that a smooth curve is made of. */
export interface CurveBasis {
  readonly values: (density: number) => number[];
  readonly slopes: (density: number) => number[];
}

/** Chebyshev polynomials of degree 0 to `degree` over the densities that occur. */
export function chebyshevBasis(
  densities: readonly ArrayLike<number>[],
  degree: number,
): CurveBasis {
  let low = Infinity, high = -Infinity;
  for (const row of densities) {
    for (let i = 0; i < row.length; i++) {
      low = Math.min(low, row[i]);
      high = Math.max(high, row[i]);
    }
  }
  const scale = 2 / Math.max(high - low, 1e-9);
  const x = (density: number) => scale * (density - low) - 1;
  return {
    values: (density) => chebyshev(x(density), degree),
    // T_k' = k U_{k-1}
    slopes: (density) => [
      0,
      ...secondKind(x(density), degree - 1).map((u, k) => scale * (k + 1) * u),
    ],
  };
}

/**
 * For f' up to a constant: polynomials, and the field's ideal part, which every law has near the ends of the
 * domain and polynomials are slow to follow.
 */
export function forceBasis(
  densities: readonly ArrayLike<number>[],
  degree: number,
  { ideal }: Field,
): CurveBasis {
  const polynomials = chebyshevBasis(densities, degree);
  return {
    values: (rho) => [ideal.value(rho), ...polynomials.values(rho).slice(1)],
    slopes: (rho) => [ideal.slope(rho), ...polynomials.slopes(rho).slice(1)],
  };
}

function recursion(first: number, x: number, degree: number): number[] {
  const values = [1, first];
  while (values.length <= degree) values.push(2 * x * values.at(-1)! - values.at(-2)!);
  return values.slice(0, degree + 1);
}
const chebyshev = (x: number, degree: number) => recursion(x, x, degree);
const secondKind = (x: number, degree: number) => recursion(2 * x, x, degree);

/** The curve of given coefficients. */
export function curveOf(basis: CurveBasis, coefficients: readonly number[]): SmoothCurve {
  const dot = (row: number[]) => row.reduce((sum, v, k) => sum + coefficients[k] * v, 0);
  return {
    value: (density) => dot(basis.values(density)),
    slope: (density) => dot(basis.slopes(density)),
  };
}

const MOBILITY_DEGREE = 8;

/**
 * The mobility `m(rho)` whose means over the elements fit given ones best, relative to their size; `rho`
 * linear on each element.
 *
 * @param density `[profiles][M]` consistent nodal densities. @param means `[profiles][M]`.
 */
export function smoothMobility(
  density: readonly ArrayLike<number>[],
  means: readonly Float64Array[],
): SmoothCurve {
  const basis = chebyshevBasis(density, MOBILITY_DEGREE);
  const design: number[][] = [], target: number[] = [];
  density.forEach((rho, p) => {
    const M = rho.length;
    means[p].forEach((mean, e) => {
      const row = meanBetween((at) => basis.values(at), rho[e], rho[(e + 1) % M]);
      design.push(row.map((v) => v / mean));
      target.push(1);
    });
  });
  const X = new Matrix(design);
  const normal = X.transpose().mmul(X);
  ridge(normal);
  return curveOf(
    basis,
    solve(normal, X.transpose().mmul(Matrix.columnVector(target))).to1DArray(),
  );
}

/** Keeps what the data do not determine at zero. */
export function ridge(normal: Matrix): void {
  const amount = 1e-9 * normal.trace() / normal.rows;
  for (let a = 0; a < normal.rows; a++) normal.set(a, a, normal.get(a, a) + amount);
}

/** Mean over densities from `a` to `b` of a vector-valued function (16-point Gauss-Legendre). */
export function meanBetween(
  of: (density: number) => readonly number[],
  a: number,
  b: number,
): number[] {
  const rule = gaussLegendre[16];
  const mean: number[] = [];
  gaussPoints(a, b, rule).forEach((x, q) => {
    of(x).forEach((v, k) => mean[k] = (mean[k] ?? 0) + rule.weights[q] * v);
  });
  return mean;
}
