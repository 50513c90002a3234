/**
 * Element fluxes from currents seen through smooth windows.
 *
 * An element's flux is the current weighted by the element's indicator, symbol `sinc(theta/2)` at
 * `theta = k Delta`; through the quadratic B-spline it is `sinc^3(theta/2)`. For smooth profiles the
 * one follows from the other by undoing `sinc^2(theta/2)`, here by the implicit five-point stencil
 *
 * `(-F_{e-2} + 24 F_{e-1} + 194 F_e + 24 F_{e+1} - F_{e+2}) / 240 = S_e`,
 *
 * whose symbol agrees with `sinc^2(theta/2)` up to `O(theta^6)`: relative error 1e-7, 8e-6, 9e-5 in
 * the modes 1, 2, 3 of 25 elements. Sums over the ring are kept.
 */

/** Symbol of the stencil. */
function symbol(theta: number): number {
  return (194 + 48 * Math.cos(theta) - 2 * Math.cos(2 * theta)) / 240;
}

/** First column of the circulant inverse; even, so cosines suffice. */
function inverseColumn(n: number): Float64Array {
  if (kept.length === n) return kept;
  const column = new Float64Array(n);
  for (let d = 0; d < n; d++) {
    for (let k = 0; k < n; k++) {
      const theta = 2 * Math.PI * k / n;
      column[d] += Math.cos(theta * d) / symbol(theta) / n;
    }
  }
  return kept = column;
}

/** The column that was asked for last: jackknives ask for the same again and again. */
let kept = new Float64Array(0);

/** Element fluxes `[M]` from smoothly windowed ones `[M]`; linear. */
export function unsmooth(smooth: ArrayLike<number>): Float64Array {
  return unsmoothPart(smooth, smooth.length);
}

/** The same on a part of a ring of `n` elements, `[part]`: all others are zero. */
export function unsmoothPart(smooth: ArrayLike<number>, n: number): Float64Array {
  const column = inverseColumn(n), part = smooth.length;
  return Float64Array.from({ length: part }, (_, e) => {
    let sum = 0;
    for (let f = 0; f < part; f++) sum += column[e >= f ? e - f : e - f + n] * smooth[f];
    return sum;
  });
}
