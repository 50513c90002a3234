import type { CurvePoint } from "@spiediff/diffusion-train";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import { LATENT_TERMS } from "@spiediff/diffusion";
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
  /** `[data][indices]` what each index that knows nothing of the latent is to do, in standard errors. */
  readonly directions: Matrix;
}

/**
 * Solves the distillation (paper Eq. (10)) for the learnable part, in place.
 *
 * The residual is linear in the learnable part and, over a standard normal index, its mean square
 * is a squared norm: no index is drawn and nothing is iterated. With a normal prior on the readout the
 * minimum is the exact posterior, sampled along D directions ("sample then optimise", Matthews et al.
 * 2017): prior draws, moved by what perturbed data ask for. Where there are no data the prior stays.
 *
 * The last `LATENT_TERMS` indices stay as they are: see steering.ts.
 *
 * @param scales `[K]` prior standard deviation of each readout.
 * @param visits Times that each datum occurs in the blocks.
 * @returns The mean loss per datum of the prior alone and of the solution, random indices only.
 */
export function distil(
  weights: EpinetWeights,
  scales: readonly number[],
  blocks: Iterable<DistillationBlock>,
  visits: number,
): CurvePoint[] {
  const { indexDim: D, prior, learnable } = weights;
  const K = scales.length, free = D - LATENT_TERMS;
  // In units of the prior; what has none has no readout.
  const readout = Matrix.from1DArray(K, D, [...prior]).subMatrix(0, K - 1, 0, free - 1);
  scales.forEach((scale, k) => readout.mulRow(k, scale > 0 ? 1 / scale : 0));
  const normal = Matrix.zeros(K, K), wanted = Matrix.zeros(K, free);
  let square = 0, count = 0;
  for (const { inputs, response, directions } of blocks) {
    const design = scaleColumns(response(new Matrix(inputs)), scales);
    const transposed = design.transpose();
    normal.add(transposed.mmul(design));
    wanted.add(transposed.mmul(directions));
    square += directions.norm() ** 2;
    count += design.rows;
  }
  normal.div(visits);
  wanted.div(visits);
  const right = Matrix.sub(wanted, normal.mmul(readout));
  const solution = solve(Matrix.add(normal, Matrix.eye(K)), right);
  for (let k = 0; k < K; k++) {
    for (let d = 0; d < free; d++) learnable[k * D + d] = scales[k] * solution.get(k, d);
  }
  // |c - X w|^2 = |c|^2 - 2 w.X^T c + w.N w, with everything at hand.
  const loss = (w: Matrix) =>
    (square + visits * (dot(w, normal.mmul(w)) - 2 * dot(w, wanted))) / count;
  return [
    { step: 1, loss: loss(readout) },
    { step: 2, loss: loss(Matrix.add(readout, solution)) },
  ];
}

/** Multiplies column k by `scales[k]`, in place. */
export function scaleColumns(matrix: Matrix, scales: readonly number[]): Matrix {
  scales.forEach((scale, k) => matrix.mulColumn(k, scale));
  return matrix;
}

function dot(a: Matrix, b: Matrix): number {
  return Matrix.mul(a, b).sum();
}

/** `[K][columns]` the first readouts, prior and learnable together; all when `columns` is absent. */
export function readoutOf(
  { indexDim, prior, learnable }: EpinetWeights,
  columns = indexDim,
): Matrix {
  const all = Matrix.from1DArray(
    prior.length / indexDim,
    indexDim,
    Array.from(prior, (v, i) => v + learnable[i]),
  );
  return all.subMatrix(0, all.rows - 1, 0, columns - 1);
}
