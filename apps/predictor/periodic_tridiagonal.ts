/** Matrices that couple neighbours on a ring. */
import { solvePeriodicTridiagonal } from "@spiediff/numerics";

/** A matrix whose row i has entries at i - 1, i and i + 1 around the ring, `[M]` each. */
export interface PeriodicTridiagonal {
  readonly lower: Float64Array;
  readonly diagonal: Float64Array;
  readonly upper: Float64Array;
}

/** `G_ij = integral of gamma_i gamma_j`. */
export const massMatrix = (M: number): PeriodicTridiagonal => ({
  lower: new Float64Array(M).fill(1 / (6 * M)),
  diagonal: new Float64Array(M).fill(2 / (3 * M)),
  upper: new Float64Array(M).fill(1 / (6 * M)),
});

/** `A X A^T` for symmetric X and a linear map that takes a vector to A times it, in place. */
export function bothSides(
  X: Float64Array,
  map: (row: Float64Array) => void,
  M: number,
): Float64Array {
  const half = X.slice();
  for (let i = 0; i < M; i++) map(half.subarray(i * M, (i + 1) * M));
  const whole = half.map((_, k) => half[(k % M) * M + Math.floor(k / M)]);
  for (let i = 0; i < M; i++) map(whole.subarray(i * M, (i + 1) * M));
  return whole;
}

export function solve({ lower, diagonal, upper }: PeriodicTridiagonal, x: Float64Array): void {
  solvePeriodicTridiagonal(lower, diagonal, upper, x, 0, new Float64Array(2 * x.length));
}

export function multiply({ lower, diagonal, upper }: PeriodicTridiagonal, x: Float64Array): void {
  const M = x.length;
  const first = x[0];
  let left = x[M - 1];
  for (let i = 0; i < M; i++) {
    const own = x[i], right = i === M - 1 ? first : x[i + 1];
    x[i] = lower[i] * left + diagonal[i] * own + upper[i] * right;
    left = own;
  }
}
