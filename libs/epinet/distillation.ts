import type { CurvePoint } from "@spiediff/diffusion-train";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import { Matrix, solve } from "ml-matrix";

/**
 * One piece of the distillation: rows that are measured together. The residual of index phi is
 * `response (inputs (prior + learnable) phi) - directions phi`, in units of standard errors.
 */
export interface ReadoutBlock {
  /** `[rows][K]` what the readouts see, times `outputScale`. */
  readonly inputs: number[][];
  /** What a change of the corrected quantity at the rows does to the data, in standard errors. */
  response(inputs: Matrix): Matrix;
  /** What the base network leaves unexplained of the data, in standard errors, `[data]`. */
  readonly residual: Float64Array;
  /** What it explains of them beyond a constant, `[data]`, to first order. */
  readonly explained: Float64Array;
}

/** A block and what is asked of it. */
export interface DistillationBlock extends ReadoutBlock {
  /** `[data][D]` what each index is to do to the data, in standard errors. */
  readonly directions: Matrix;
}

/**
 * Solves the distillation (paper Eq. (10)) for the learnable part, in place.
 *
 * The residual is linear in the learnable part and, over a standard normal index, its mean square
 * is a squared norm: no index is drawn and nothing is iterated. With a standard normal prior on the
 * readout the minimum is the exact posterior, sampled along D directions ("sample then optimise",
 * Matthews et al. 2017): prior draws, moved by what perturbed data ask for. Where there are no data
 * the prior stays.
 *
 * @param visits Times that each datum occurs in the blocks.
 * @returns The mean loss per datum of the prior alone and of the solution.
 */
export function distil(
  weights: EpinetWeights,
  blocks: Iterable<DistillationBlock>,
  visits: number,
): CurvePoint[] {
  const { indexDim: D, prior, learnable } = weights;
  const K = prior.length / D;
  const readout = Matrix.from1DArray(K, D, [...prior]);
  const normal = Matrix.zeros(K, K);
  const right = Matrix.zeros(K, D);
  let square = 0, count = 0;
  for (const { inputs, response, directions } of blocks) {
    const design = response(new Matrix(inputs));
    const target = Matrix.sub(directions, design.mmul(readout));
    const transposed = design.transpose();
    normal.add(transposed.mmul(design));
    right.add(transposed.mmul(target));
    square += target.norm() ** 2;
    count += design.rows;
  }
  normal.div(visits);
  right.div(visits);
  const regularised = Matrix.add(normal, Matrix.eye(K));
  const solution = solve(regularised, right);
  for (let k = 0; k < K; k++) {
    for (let d = 0; d < D; d++) learnable[k * D + d] = solution.get(k, d);
  }
  // |t - X s|^2 = |t|^2 - 2 s.r + s.N s, with everything at hand.
  const explained = 2 * dot(solution, right) - dot(solution, normal.mmul(solution));
  return [
    { step: 1, loss: square / count },
    { step: 2, loss: square / count - explained * visits / count },
  ];
}

function dot(a: Matrix, b: Matrix): number {
  return Matrix.mul(a, b).sum();
}

/** `[K][D]` the readouts, prior and learnable together. */
export function readoutOf({ indexDim, prior, learnable }: EpinetWeights): Matrix {
  return Matrix.from1DArray(
    prior.length / indexDim,
    indexDim,
    Array.from(prior, (v, i) => v + learnable[i]),
  );
}
