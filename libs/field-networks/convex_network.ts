/**
 * Convex functions of two variables by an input-convex network of two layers of softplus units (Amos, Xu &
 * Kolter, ICML 2017), in double precision with exact derivatives to second order.
 *
 * `phi(x) = sum_k c_k sp(a_k . sp(W x + b) + V_k . x + d_k) + l . x` with `a`, `c` positive: convex for any
 * parameters. Monotonous ones have all weights on the second variable negative, so that phi falls in it.
 */
import { softplus } from "@spiediff/numerics";
import type { RandomStream } from "@spiediff/random";

/** Sizes, and whether the function falls in its second variable. */
export interface ConvexShape {
  readonly first: number;
  readonly second: number;
  readonly fallsInSecond: boolean;
}

/** Fills `[phi, phi_x, phi_y, phi_xx, phi_xy, phi_yy]` at a point. */
export type ConvexFunction = (x: number, y: number, out: Float64Array) => void;

/** Values that a {@link ConvexFunction} fills in. */
export const JET = 6;

/** Number of parameters. */
export const convexParameters = ({ first, second }: ConvexShape): number =>
  3 * first + second * first + 4 * second + 2;

/** Random parameters of functions of order 1. */
export function randomConvex(shape: ConvexShape, { normal }: RandomStream): Float64Array {
  const { first, second } = shape;
  // softplus(raw) around 1 / n.
  const share = (n: number) => Math.log(Math.expm1(1 / n));
  return Float64Array.from({ length: convexParameters(shape) }, (_, k) => {
    const positive = (k >= 3 * first && k < 3 * first + second * first) ||
      (k >= convexParameters(shape) - second - 2 && k < convexParameters(shape) - 2);
    if (!positive) return normal();
    return share(k < 3 * first + second * first ? first : second) + 0.3 * normal();
  });
}

/** The function of a set of parameters, in the order W, b, a, V, d, c, l. */
export function convexFunction(shape: ConvexShape, parameters: Float64Array): ConvexFunction {
  const { first, second, fallsInSecond } = shape;
  const slope = (raw: number) => fallsInSecond ? -softplus(raw) : raw;
  const [w, b, a, v, d, c, l] = cut(parameters, [
    ...[2 * first, first, second * first],
    ...[2 * second, second, second, 2],
  ]);
  const wx = w.filter((_, k) => k % 2 === 0);
  const wy = w.filter((_, k) => k % 2 === 1).map(slope);
  const vx = v.filter((_, k) => k % 2 === 0);
  const vy = v.filter((_, k) => k % 2 === 1).map(slope);
  const mix = a.map(softplus), weights = c.map(softplus);
  const linear = [l[0], slope(l[1])];
  // Values, derivatives and second derivatives of the first layer's units, `[first, 6]`.
  const hidden = new Float64Array(JET * first);
  return (x, y, out) => {
    for (let j = 0; j < first; j++) {
      bend(wx[j] * x + wy[j] * y + b[j], wx[j], wy[j], 0, 0, 0, hidden, JET * j);
    }
    const unit = new Float64Array(JET);
    out.fill(0);
    out[0] = linear[0] * x + linear[1] * y;
    out[1] = linear[0];
    out[2] = linear[1];
    for (let k = 0; k < second; k++) {
      let value = vx[k] * x + vy[k] * y + d[k], gx = vx[k], gy = vy[k];
      let xx = 0, xy = 0, yy = 0;
      for (let j = 0, at = 0; j < first; j++, at += JET) {
        const share = mix[k * first + j];
        value += share * hidden[at];
        gx += share * hidden[at + 1];
        gy += share * hidden[at + 2];
        xx += share * hidden[at + 3];
        xy += share * hidden[at + 4];
        yy += share * hidden[at + 5];
      }
      bend(value, gx, gy, xx, xy, yy, unit, 0);
      for (let q = 0; q < JET; q++) out[q] += weights[k] * unit[q];
    }
  };
}

/** Softplus of something with its derivatives. */
function bend(
  value: number,
  gx: number,
  gy: number,
  xx: number,
  xy: number,
  yy: number,
  out: Float64Array,
  at: number,
): void {
  const rate = 1 / (1 + Math.exp(-value)), curve = rate * (1 - rate);
  out[at] = softplus(value);
  out[at + 1] = rate * gx;
  out[at + 2] = rate * gy;
  out[at + 3] = rate * xx + curve * gx * gx;
  out[at + 4] = rate * xy + curve * gx * gy;
  out[at + 5] = rate * yy + curve * gy * gy;
}

/** Consecutive parts of an array. */
export function cut(values: Float64Array, lengths: readonly number[]): Float64Array[] {
  let from = 0;
  return lengths.map((length) => values.subarray(from, from += length));
}
