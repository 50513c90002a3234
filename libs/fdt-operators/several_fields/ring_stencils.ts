/** Point values on a ring of `n` elements, of fourth order, out of averages over hats and windows. */

const at = (values: Float64Array, n: number, from: number, i: number) => values[from + (i + n) % n];

/** `values - c delta^2 values`, of each of the rows of `n`. */
function sharpened(values: Float64Array, n: number, c: number): Float64Array {
  return values.map((v, k) => {
    const from = k - k % n, i = k % n;
    return v - c * (at(values, n, from, i - 1) - 2 * v + at(values, n, from, i + 1));
  });
}

/** At nodes, from averages over hats: those exceed point values by `delta^2 / 12`. */
export const pointsOfHats = (values: Float64Array, n: number) => sharpened(values, n, 1 / 12);

/** In the middles of elements, from averages over quadratic B-splines. */
export const pointsOfSplines = (values: Float64Array, n: number) => sharpened(values, n, 1 / 8);

/** In the middles of elements, from averages over elements. */
export const pointsOfElements = (values: Float64Array, n: number) => sharpened(values, n, 1 / 24);

/** Point values in the middles of elements, from those at nodes. */
export function middles(values: Float64Array, n: number): Float64Array {
  return values.map((v, k) => {
    const from = k - k % n, i = k % n;
    return (9 * (v + at(values, n, from, i + 1)) - at(values, n, from, i - 1) -
      at(values, n, from, i + 2)) / 16;
  });
}

/** Derivatives in the middles of elements, from point values at nodes. */
export function slopes(values: Float64Array, n: number): Float64Array {
  return values.map((v, k) => {
    const from = k - k % n, i = k % n;
    return n * (27 * (at(values, n, from, i + 1) - v) + at(values, n, from, i - 1) -
      at(values, n, from, i + 2)) /
      24;
  });
}
