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
