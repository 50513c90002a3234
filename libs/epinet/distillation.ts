import {
  type CurvePoint,
  type Feeds,
  forward,
  minimise,
  type Operations,
  tensorOperations,
  tensorsOf,
  trainingProblem,
} from "@spiediff/diffusion-train";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import type { Tf } from "@spiediff/tensor-backend";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import { Matrix, solve } from "ml-matrix";
import { type EpinetInput, indexCoefficients, learnableParameters, priorOutput } from "./epinet.ts";
import type { EpinetOptions } from "./types.ts";

/**
 * The distillation of one epinet. The residual of index phi is
 * `toData(coefficients) phi - directions phi`, in units of the data's standard errors.
 */
export interface DistillationProblem {
  /** Arrays of a step's batch, `directions` `[B,D]` among them; a function of the step alone. */
  batch(step: number): Feeds & { readonly directions: Feeds[string] };
  /** Features of the base network, gradient stopped. */
  features<T>(on: Operations<T>, batch: Readonly<Record<string, T>>): EpinetInput<T>;
  /** What a change `[B,C]` of the corrected quantity does to the data, `[B,C]`; linear. */
  toData<T>(on: Operations<T>, batch: Readonly<Record<string, T>>, change: T, columns: number): T;
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
  const D = weights.indexDim;
  const training = await trainingProblem(tf, {
    parameters: arrays,
    shapes,
    batch: (step) => problem.batch(step),
    loss(on, learnable, batch) {
      const coefficients = indexCoefficients(on, weights, learnable, problem.features(on, batch));
      const residual = on.sub(problem.toData(on, batch, coefficients, D), batch.directions);
      return on.mul(on.sum(on.mul(residual, residual)), on.constant([1 / options.batch], [1]));
    },
  }, options.runner);
  try {
    const curve = await minimise(training, options);
    refitLastLayer(tf, weights, problem, options.steps);
    return curve;
  } finally {
    await training.release();
  }
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
      const on = tensorOperations(tf);
      const batch: Record<string, Tensor> = {};
      for (const [name, { data, shape }] of Object.entries(problem.batch(firstStep + b))) {
        batch[name] = tf.tensor(data, [...shape]);
      }
      const features = problem.features(on, batch);
      const B = features.all.shape[0];
      const { hidden } = forward(on, tensorsOf(tf, weights.learnable), features.all);
      const columns = tf.mul(
        tf.concat([hidden as Tensor2D, tf.ones([B, 1]) as Tensor2D], 1),
        weights.outputScale,
      );
      const design = problem.toData(on, batch, columns, H + 1) as Tensor2D;
      const scale = weights.priorScale * weights.outputScale;
      const prior = tf.mul(priorOutput(on, weights, features), scale);
      const target = tf.sub(batch.directions, problem.toData(on, batch, prior, D)) as Tensor2D;
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
