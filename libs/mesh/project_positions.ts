import { checkElements } from "./hat_function.ts";

/**
 * `z_i = unit * sum over particles of gamma_i(x)`: of particles anywhere, not on sites.
 *
 * @param fractions Positions `[particles]` in lengths of the domain; any real, taken modulo 1.
 * @param elements `M`, at least 3.
 * @param unit What a particle weighs: 1 over the number of particles at density 1.
 * @param chosen Which particles count, as indices; all when absent.
 * @param weights `[particles]` beside `unit`; 1 when absent.
 * @returns `[M]`; sums to `unit` times the weights of the particles that count.
 * @throws {RangeError} if `elements` is too small, or a position is not finite.
 */
export function projectPositions(
  fractions: ArrayLike<number>,
  elements: number,
  unit: number,
  chosen?: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Float64Array {
  checkElements(elements);
  const z = new Float64Array(elements);
  addPositions(z, fractions, unit, chosen, weights);
  return z;
}

/**
 * Adds the same to a field `[M]` that is there.
 *
 * @throws {RangeError} if a position is not finite.
 */
export function addPositions(
  z: Float64Array,
  fractions: ArrayLike<number>,
  unit: number,
  chosen?: ArrayLike<number>,
  weights?: ArrayLike<number>,
): void {
  const elements = z.length, count = chosen?.length ?? fractions.length;
  for (let k = 0; k < count; k++) {
    const i = chosen ? chosen[k] : k, x = fractions[i];
    const place = (x - Math.floor(x)) * elements;
    if (!(place >= 0)) throw new RangeError(`positions must be finite, not ${x}.`);
    // A tiny negative fraction is rounded up to the end of the domain, which is its beginning.
    const e = Math.floor(place), weight = weights ? unit * weights[i] : unit;
    z[e % elements] += weight * (1 - (place - e));
    z[(e + 1) % elements] += weight * (place - e);
  }
}
