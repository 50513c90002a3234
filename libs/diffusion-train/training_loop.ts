import type { Scalar, Tensor } from "@tensorflow/tfjs";
import type { Tf } from "@spiediff/tensor-backend";
import { adamInit, adamUpdate, learningRateAt } from "./adam.ts";
import type { CurvePoint, TrainingProgress } from "./types.ts";

/** What is minimised: parameters, and the loss of the batch that belongs to a step. */
export interface TrainingProblem {
  /** Updated in place. */
  readonly parameters: readonly Float32Array[];
  readonly shapes: readonly number[][];
  /** The loss of step k's batch; a function of k alone, so that a run can be repeated. */
  loss(parameters: Tensor[], step: number): Scalar;
}

export interface LoopOptions {
  readonly steps: number;
  readonly learningRate: number;
  readonly onProgress?: TrainingProgress;
  readonly signal?: AbortSignal;
}

/** Steps between two points of the curve, two progress reports and two looks at the signal. */
const REPORT_EVERY = 50;

/**
 * Minimises by Adam with a cosine learning rate; leaves the result in `problem.parameters`.
 *
 * @returns The training curve.
 * @throws {Error} if the loss stops being finite, with the step; or the signal's reason.
 */
export async function minimise(
  tf: Tf,
  problem: TrainingProblem,
  options: LoopOptions,
): Promise<CurvePoint[]> {
  const { steps, learningRate, onProgress, signal } = options;
  const adam = adamInit(problem.parameters);
  const curve: CurvePoint[] = [];
  let sum = 0, counted = 0;
  for (let step = 0; step < steps; step++) {
    const { loss, gradients } = lossAndGradients(tf, problem, step);
    if (!Number.isFinite(loss)) {
      throw new Error(`Training diverged: the loss of step ${step} is ${loss}.`);
    }
    adamUpdate(adam, problem.parameters, gradients, learningRateAt(step, steps, learningRate));
    sum += loss;
    counted++;
    if ((step + 1) % REPORT_EVERY === 0 || step + 1 === steps) {
      curve.push({ step: step + 1, loss: sum / counted });
      onProgress?.(step + 1, steps, sum / counted);
      sum = counted = 0;
      signal?.throwIfAborted();
      // Lets timers and messages through; training holds the thread otherwise.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }
  return curve;
}

function lossAndGradients(
  tf: Tf,
  problem: TrainingProblem,
  step: number,
): { loss: number; gradients: Float32Array[] } {
  let loss = Number.NaN;
  let gradients: Float32Array[] = [];
  tf.tidy(() => {
    const tensors = problem.parameters.map((p, k) => tf.tensor(p, problem.shapes[k]));
    const result = tf.valueAndGrads((...args: Tensor[]) => problem.loss(args, step))(tensors);
    loss = result.value.dataSync()[0];
    gradients = result.grads.map((g) => g.dataSync() as Float32Array);
  });
  return { loss, gradients };
}
