import { logGamma } from "./log_gamma.ts";

/**
 * Probability that a ratio of mean squares with `a` and `b` degrees of freedom (Fisher's F) exceeds `x`.
 *
 * @param a,b Above 0, whole or not.
 * @throws {RangeError} unless both are.
 */
export function fPValue(x: number, a: number, b: number): number {
  if (!(a > 0 && b > 0)) {
    throw new RangeError(`Degrees of freedom must be positive, not ${a} and ${b}.`);
  }
  return x > 0 ? incompleteBeta(b / (b + a * x), b / 2, a / 2) : 1;
}

/** `I_x(p, q)`, regularised, by its continued fraction (Lentz) on the side where that converges fast. */
function incompleteBeta(x: number, p: number, q: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (p + 1) / (p + q + 2)) return 1 - incompleteBeta(1 - x, q, p);
  const front = Math.exp(
    logGamma(p + q) - logGamma(p) - logGamma(q) + p * Math.log(x) + q * Math.log1p(-x),
  ) / p;
  const tiny = 1e-300;
  let c = 1, d = 1 / (1 - (p + q) * x / (p + 1) || tiny), h = d;
  for (let m = 1; m < 2000; m++) {
    const even = m * (q - m) * x / ((p + 2 * m - 1) * (p + 2 * m));
    const odd = -(p + m) * (p + q + m) * x / ((p + 2 * m) * (p + 2 * m + 1));
    let step = 1;
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d || tiny);
      c = 1 + term / c || tiny;
      step = c * d;
      h *= step;
    }
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return front * h;
}
