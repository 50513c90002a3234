import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs";
import {
  type CurvePoint,
  forward,
  minimise,
  tensorsOf,
  tfjsGradients,
} from "@spiediff/diffusion-train";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import type { Tf } from "@spiediff/tensor-backend";
import { Matrix, solve } from "ml-matrix";
import { conditionOf, indexCoefficients, learnableParameters } from "./epinet.ts";
import type { EpinetOptions } from "./types.ts";

/**
 * One batch of the distillation. The residual of index phi is
 * `toData(coefficients) phi - directions phi`, in units of the data's standard errors.
 */
export interface DistillationBatch {
  /** `[B,F]` features of the base network, gradient stopped. */
  readonly features: Tensor2D;
  /** What a change of the corrected quantity does to the data, `[B,C] -> [B,C]`, linear. */
  toData(change: Tensor2D): Tensor2D;
  /** `[B,D]` perturbation directions of the data. */
  readonly directions: Tensor2D;
}

export interface DistillationProblem {
  /** The batch of a step; a function of the step alone. */
  batch(step: number): DistillationBatch;
  /** Number of independent data, whatever the size of a batch. */
  readonly dataCount: number;
}

/** Batches over which the last layer's normal equations are summed. */
const REFIT_BATCHES = 24;

/**
 * Trains an epinet's learnable part in place (paper Eq. (10)).
 *
 * The mean over a standard normal index of the squared residual is a squared norm, so no index is
 * drawn. Adam shapes the hidden layers; the last layer is linear, and its part of the problem is
 * then solved exactly with a standard normal prior on its weights. What Adam alone leaves of the
 * prior network at the data would be an error bar that no data asked for.
 *
 * @returns The training curve of the first part.
 */
export async function distil(
  tf: Tf,
  weights: EpinetWeights,
  problem: DistillationProblem,
  options: EpinetOptions,
): Promise<CurvePoint[]> {
  const { arrays, shapes } = learnableParameters(weights);
  const loss = (learnable: Tensor[], step: number): Scalar => {
    const { features, toData, directions } = problem.batch(step);
    const moved = toData(indexCoefficients(tf, weights, learnable, features));
    return tf.mean(tf.sum(tf.squaredDifference(moved, directions), 1));
  };
  const curve = await minimise({
    parameters: arrays,
    lossAndGradients: tfjsGradients(tf, arrays, shapes, loss),
  }, options);
  refitLastLayer(tf, weights, problem, options.steps);
  return curve;
}

/** Solves for the last layer (weights and bias) with everything else fixed. */
function refitLastLayer(
  tf: Tf,
  weights: EpinetWeights,
  problem: DistillationProblem,
  firstStep: number,
): void {
  const last = weights.learnable.layers.at(-1)!;
  const H = last.inputs, D = weights.indexDim;
  const normal = Matrix.zeros(H + 1, H + 1);
  const right = Matrix.zeros(H + 1, D);
  let rows = 0;
  for (let b = 0; b < REFIT_BATCHES; b++) {
    const [xx, xt, count] = tf.tidy(() => {
      const { features, toData, directions } = problem.batch(firstStep + b);
      const B = features.shape[0];
      const { hidden } = forward(tf, tensorsOf(tf, weights.learnable), features);
      const design = toData(
        tf.mul(tf.concat([hidden, tf.ones([B, 1])], 1), weights.outputScale) as Tensor2D,
      );
      const prior =
        forward(tf, tensorsOf(tf, weights.prior), conditionOf(tf, weights, features), "tanh")
          .output;
      const known = toData(tf.mul(prior, weights.priorScale * weights.outputScale));
      const target = tf.sub(directions, known) as Tensor2D;
      return [
        tf.matMul(design, design, true, false).arraySync() as number[][],
        tf.matMul(design, target, true, false).arraySync() as number[][],
        B,
      ] as const;
    });
    normal.add(new Matrix(xx));
    right.add(new Matrix(xt));
    rows += count;
  }
  const share = problem.dataCount / rows;
  normal.mul(share);
  right.mul(share);
  for (let k = 0; k <= H; k++) normal.set(k, k, normal.get(k, k) + 1);
  const solution = solve(normal, right);
  for (let k = 0; k < H; k++) {
    for (let d = 0; d < D; d++) last.weight[k * D + d] = solution.get(k, d);
  }
  for (let d = 0; d < D; d++) last.bias[d] = solution.get(H, d);
}
