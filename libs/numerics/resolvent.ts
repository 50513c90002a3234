import { rootBetween } from "./root.ts";

/**
 * The point above all `values` at which the mean of `1 / (s - value)` is a given one: the spherical closure
 * of a spectrum.
 *
 * @param mean Positive.
 */
export function meanResolventRoot(values: Float64Array, mean: number): number {
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]);
  const excess = (s: number) => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += 1 / (s - values[i]);
    return sum / values.length - mean;
  };
  // The mean lies below 1 / (s - largest), and above its n-th part.
  const low = 1 / (values.length * mean), high = 1 / mean;
  return rootBetween(excess, largest + (1 - 1e-9) * low, largest + (1 + 1e-9) * high, 1e-15);
}

/**
 * `2 sum over r >= 1 of c_r cos(k r)` at `points` wave numbers between the points of half the circle, `k_i =
 * pi (i + 1/2) / points`: the spectrum of an even, finite coupling.
 *
 * @param coefficients `c_r`; entry 0 does not count.
 */
export const cosineSpectrum = (coefficients: ArrayLike<number>, points: number): Float64Array =>
  Float64Array.from({ length: points }, (_, i) => {
    let sum = 0;
    for (let r = 1; r < coefficients.length; r++) {
      sum += 2 * coefficients[r] * Math.cos(Math.PI * (i + 0.5) / points * r);
    }
    return sum;
  });
