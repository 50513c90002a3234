/**
 * Positive definite matrices as functions of two variables: a perceptron with two layers of tanh units gives the
 * entries of Cholesky factors, softplus keeps their diagonals positive.
 */
import { softplus } from "@spiediff/numerics";
import type { RandomStream } from "@spiediff/random";
import { cut } from "./convex_network.ts";

/** The blocks of a block-diagonal matrix, by their sizes: `[2, 1]` has entries `11 21 22 | 33`. */
export interface CholeskyShape {
  readonly blocks: readonly number[];
  readonly hidden: number;
}

/** Entries of the lower triangles of all blocks. */
export const choleskyEntries = ({ blocks }: CholeskyShape): number =>
  blocks.reduce((sum, size) => sum + size * (size + 1) / 2, 0);

/** Number of parameters. */
export const choleskyParameters = (shape: CholeskyShape): number => {
  const { hidden } = shape;
  return 3 * hidden + hidden * (hidden + 1) + (hidden + 1) * choleskyEntries(shape);
};

/** Random parameters of matrices of order 1. */
export function randomCholesky(shape: CholeskyShape, { normal }: RandomStream): Float64Array {
  const { hidden } = shape;
  const output = 3 * hidden + hidden * (hidden + 1);
  return Float64Array.from({ length: choleskyParameters(shape) }, (_, k) => {
    if (k < 3 * hidden) return 0.7 * normal();
    return (k < output ? 1 : 0.5) * normal() / Math.sqrt(hidden);
  });
}

/** Fills the entries of the lower triangles, block after block, row by row. */
export type MatrixFunction = (x: number, y: number, out: Float64Array) => void;

/** The function of a set of parameters. */
export function choleskyFunction(shape: CholeskyShape, parameters: Float64Array): MatrixFunction {
  const { hidden, blocks } = shape;
  const entries = choleskyEntries(shape);
  const [w, b, v, d, u, f] = cut(parameters, [
    ...[2 * hidden, hidden, hidden * hidden],
    ...[hidden, hidden * entries, entries],
  ]);
  const one = new Float64Array(hidden), two = new Float64Array(hidden);
  const factor = new Float64Array(entries);
  return (x, y, out) => {
    for (let j = 0; j < hidden; j++) one[j] = Math.tanh(w[2 * j] * x + w[2 * j + 1] * y + b[j]);
    affine(v, d, one, two);
    for (let j = 0; j < hidden; j++) two[j] = Math.tanh(two[j]);
    affine(u, f, two, factor);
    let from = 0;
    for (const size of blocks) {
      for (let i = 0; i < size; i++) {
        const diagonal = from + rowStart(i) + i;
        factor[diagonal] = softplus(factor[diagonal]);
      }
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = 0;
          for (let k = 0; k <= j; k++) {
            sum += factor[from + rowStart(i) + k] * factor[from + rowStart(j) + k];
          }
          out[from + rowStart(i) + j] = sum;
        }
      }
      from += rowStart(size);
    }
  };
}

const rowStart = (i: number) => i * (i + 1) / 2;

function affine(
  weights: Float64Array,
  bias: Float64Array,
  input: Float64Array,
  out: Float64Array,
): void {
  const n = input.length;
  for (let i = 0, at = 0; i < out.length; i++) {
    let sum = bias[i];
    for (let j = 0; j < n; j++, at++) sum += weights[at] * input[j];
    out[i] = sum;
  }
}
