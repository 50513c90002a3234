/** Sums over smooth windows: the quadratic B-splines in the middle of the elements of a ring, three elements wide. */

/**
 * Adds sums over every element's window, `out[M]`, times a factor.
 *
 * @param places Of an element's values, in elements, `0 <= u < 1`.
 * @param values `[M, places]` or longer.
 */
export function addSmoothSums(
  places: Float64Array,
  values: Float64Array,
  factor: number,
  out: Float64Array,
): void {
  const elements = out.length;
  for (let e = 0, x = 0; e < elements; e++) {
    let all = 0, before = 0, after = 0;
    for (let k = 0; k < places.length; k++, x++) {
      const u = places[k];
      all += values[x];
      before += values[x] * (1 - u) * (1 - u) / 2;
      after += values[x] * u * u / 2;
    }
    out[e === 0 ? elements - 1 : e - 1] += factor * before;
    out[e] += factor * (all - before - after);
    out[e + 1 === elements ? 0 : e + 1] += factor * after;
  }
}

/** Places of an element's sites, or of what lies half a site behind each. */
export const placesOf = (perElement: number, shift: 0 | 0.5): Float64Array =>
  Float64Array.from({ length: perElement }, (_, k) => (k + shift) / perElement);
