/**
 * Most likely parameters under independent normal errors and a normal prior, by Levenberg's and Marquardt's
 * method: what the data leave nearly open (temperature, where reversible and dissipative fluxes share it) is
 * beyond first-order methods in single precision.
 */
import { choleskyOf } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";

/** Residuals in standard errors, `[data]`. */
export type Residuals = (parameters: Float64Array) => Float64Array;

/** Their derivatives, `[data, parameters]`. */
export type ResidualSlopes = (parameters: Float64Array) => Float64Array;

/** A fit's answer. */
export interface Fit {
  readonly parameters: Float64Array;
  /** The prior's centre. */
  readonly centre: Float64Array;
  /** At the answer, in standard errors. */
  readonly residuals: Float64Array;
  /** Their squares, and with the prior's share. */
  readonly chiSquare: number;
  readonly cost: number;
  readonly steps: number;
  /** `[data, parameters]` derivatives of the residuals. */
  readonly jacobian: Matrix;
}

/** Prior and length of a fit. */
export interface FitOptions {
  /** Standard deviation of every parameter about the prior's centre. */
  readonly priorWidth: number;
  readonly steps: number;
  /** Where the search begins. @defaultValue the prior's centre */
  readonly from?: Float64Array;
  /** Derivatives of the residuals. @defaultValue differences */
  readonly slopes?: ResidualSlopes | undefined;
  /** Ends where a step lowers the cost by less than this share. @defaultValue 3e-4 */
  readonly tolerance?: number;
}

/** Attempts at one step, each more cautious than the last. */
const TRIES = 20;

/** @param start Centre of the prior. */
export function fitParameters(
  residuals: Residuals,
  start: Float64Array,
  { priorWidth, steps, slopes, from = start, tolerance = 3e-4 }: FitOptions,
): Fit {
  const precision = 1 / priorWidth ** 2;
  const costOf = (chiSquare: number, at: Float64Array) =>
    chiSquare + precision * at.reduce((sum, v, k) => sum + (v - start[k]) ** 2, 0);
  let at = from.slice(), r = residuals(at), cost = costOf(square(r), at);
  const slopesAt = () => slopes ? slopes(at) : jacobianAt(residuals, at, r);
  let damping = 1e-3, growth = 2, done = 0, jacobian = slopesAt();
  for (; done < steps; done++) {
    const normal = productOf(jacobian, at.length), pull = gradientOf(jacobian, r, at.length);
    const right = pull.map((g, k) => -g - precision * (at[k] - start[k]));
    let improved = 0;
    for (let tries = 0; tries < TRIES && improved === 0; tries++) {
      const damped = normal.clone();
      for (let k = 0; k < at.length; k++) {
        damped.set(k, k, (normal.get(k, k) + precision) * (1 + damping));
      }
      const step = choleskyOf(damped)?.solve(Matrix.columnVector(right)).to1DArray();
      const next = step && at.map((v, k) => v + step[k]), there = next && residuals(next);
      const lower = there ? costOf(square(there), next) : NaN;
      if (!(lower < cost)) {
        damping *= growth;
        growth *= 2;
        continue;
      }
      // What the linear model promised (Nielsen, IMM-REP-1999-05).
      const promised = step!.reduce((sum, d, k) => {
        return sum + d * (right[k] + damping * (normal.get(k, k) + precision) * d);
      }, 0);
      const gain = (cost - lower) / promised;
      damping *= Math.max(1 / 5, 1 - (2 * gain - 1) ** 3);
      growth = 2;
      improved = (cost - lower) / cost;
      [at, r, cost] = [next!, there!, lower];
    }
    if (improved === 0) break;
    jacobian = slopesAt();
    if (improved < tolerance) break;
  }
  return {
    parameters: at,
    centre: start,
    residuals: r,
    chiSquare: square(r),
    cost,
    steps: done,
    jacobian: Matrix.from1DArray(r.length, at.length, jacobian),
  };
}

const square = (r: Float64Array) => r.reduce((sum, v) => sum + v * v, 0);

/** Derivatives by differences, `[data, parameters]`. */
function jacobianAt(residuals: Residuals, at: Float64Array, r: Float64Array): Float64Array {
  const moved = at.slice(), width = at.length, out = new Float64Array(r.length * width);
  at.forEach((v, k) => {
    const h = 1e-6 * (1 + Math.abs(v));
    moved[k] = v + h;
    const column = residuals(moved);
    moved[k] = v;
    for (let i = 0; i < r.length; i++) out[i * width + k] = (column[i] - r[i]) / h;
  });
  return out;
}

/** `J^T J`. */
function productOf(jacobian: Float64Array, width: number): Matrix {
  const sums = new Float64Array(width * width);
  for (let from = 0; from < jacobian.length; from += width) {
    for (let a = 0; a < width; a++) {
      const left = jacobian[from + a], to = a * width;
      if (left === 0) continue;
      for (let b = 0; b <= a; b++) sums[to + b] += left * jacobian[from + b];
    }
  }
  const out = Matrix.zeros(width, width);
  for (let a = 0; a < width; a++) {
    for (let b = 0; b <= a; b++) {
      out.set(a, b, sums[a * width + b]);
      out.set(b, a, sums[a * width + b]);
    }
  }
  return out;
}

/** `J^T r`. */
function gradientOf(jacobian: Float64Array, r: Float64Array, width: number): number[] {
  const out = new Array<number>(width).fill(0);
  r.forEach((residual, i) => {
    for (let k = 0, at = i * width; k < width; k++, at++) out[k] += residual * jacobian[at];
  });
  return out;
}
