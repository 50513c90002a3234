/**
 * A named, seeded, splittable stream of random numbers.
 *
 * Two streams with different paths are statistically independent; the same seed and path give the
 * same bits on any machine and any number of workers. Splitting never advances the parent.
 */
export interface RandomStream {
  /** Seed and path, for error messages and manifests: `"7/kmc/profile-3/realization-12"`. */
  readonly path: string;
  /** Uniform on the integers `0 .. 2^32-1`. */
  uint32(): number;
  /** Uniform on `[0, 1)`, resolution `2^-53`. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Poisson with the given mean. @throws {RangeError} if `mean` is negative or not finite. */
  poisson(mean: number): number;
  /** Uniform on `0 .. n-1`, free of modulo bias. @throws {RangeError} if `n` is not in `1 .. 2^32`. */
  integer(n: number): number;
  /** The stream of that name below this one; a function of the path alone, not of what was drawn. */
  split(name: string | number): RandomStream;
  /** The xoshiro128** state `[4]`, shared with the stream: hot loops may advance it in place. */
  readonly state: Uint32Array;
}
