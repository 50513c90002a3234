import { logGamma } from "./log_gamma.ts";

/**
 * Probability that a chi-square variable with `k` degrees of freedom exceeds `x`: the regularised
 * upper incomplete gamma function `Q(k/2, x/2)` by series or continued fraction (Lentz).
 *
 * @throws {RangeError} unless `k > 0`.
 */
export function chiSquarePValue(x: number, k: number): number {
  if (!(k > 0)) throw new RangeError(`Degrees of freedom must be positive, not ${k}.`);
  if (!(x > 0)) return 1;
  const a = k / 2, y = x / 2;
  const front = Math.exp(a * Math.log(y) - y - logGamma(a));
  if (y < a + 1) {
    let term = 1 / a, sum = term;
    for (let n = 1; n < 2000 && term > sum * 1e-16; n++) {
      term *= y / (a + n);
      sum += term;
    }
    return Math.max(0, 1 - front * sum);
  }
  let b = y + 1 - a, c = 1e300, d = 1 / b, h = d;
  for (let n = 1; n < 2000; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    h *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * h;
}
