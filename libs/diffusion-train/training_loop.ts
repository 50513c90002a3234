import { adamInit, adamUpdate, learningRateAt } from "./adam.ts";
import type { CurvePoint, LoopOptions, TrainingState } from "./types.ts";

/** Loss of one batch and its gradients, in the order of the parameters. */
export interface LossAndGradients {
  readonly loss: number;
  readonly gradients: readonly Float32Array[];
}

/** What is minimised. */
export interface TrainingProblem {
  /** Updated in place. */
  readonly parameters: readonly Float32Array[];
  /** Loss of step k's batch at the parameters; a function of k alone, so that runs repeat. */
  lossAndGradients(step: number): LossAndGradients | Promise<LossAndGradients>;
  /** Loss on data kept from training, with the same draws at every call; absent without such data. */
  heldOutLoss?(parameters: readonly Float32Array[]): number | Promise<number>;
}

/** Steps between two points of the curve, two progress reports and two looks at the signal. */
const REPORT_EVERY = 50;
/** Steps between two checkpoints: a kill costs a second or two of work. */
const CHECKPOINT_EVERY = 500;
/** Training stops when the held-out loss has not fallen for this share of all steps. */
const PATIENCE = 0.4;

/** The running average of parameters forgets over this share of all steps. */
const AVERAGE_OVER = 0.025;

/**
 * Minimises by Adam with a cosine learning rate; leaves in `problem.parameters` their running
 * average at the step where its held-out loss was least, or at the last where nothing is held out.
 *
 * The average is what is measured and kept, since early steps are still noisy with the learning
 * rate; at the last steps, whose rate is near zero, average and parameters are the same.
 *
 * With a checkpoint store the training goes on where the store's state ends and comes to the same
 * bits as one that was never cut off: batches depend on the step's number only.
 *
 * @returns The training curve.
 * @throws {Error} if the loss stops being finite, with the step; or the signal's reason.
 */
export async function minimise(
  problem: TrainingProblem,
  options: LoopOptions,
): Promise<CurvePoint[]> {
  const { steps, learningRate, onProgress, signal, checkpoint } = options;
  const { parameters } = problem;
  const adam = adamInit(parameters);
  const average = parameters.map((p) => p.slice());
  const longest = 1 - 1 / Math.max(1, AVERAGE_OVER * steps);
  const curve: CurvePoint[] = [];
  let best: TrainingState["best"];
  const from = await checkpoint?.load();
  if (from) {
    resume(from, parameters, adam, average);
    curve.push(...from.curve);
    best = from.best;
  }
  const exhausted = () => best !== undefined && adam.step - best.step > PATIENCE * steps;
  let over = exhausted();
  let sum = 0, counted = 0;
  while (adam.step < steps && !over) {
    const { loss, gradients } = await problem.lossAndGradients(adam.step);
    if (!Number.isFinite(loss)) {
      throw new Error(`Training diverged: the loss of step ${adam.step} is ${loss}.`);
    }
    adamUpdate(adam, parameters, gradients, learningRateAt(adam.step, steps, learningRate));
    const done = adam.step;
    blend(average, parameters, Math.min(longest, done / (done + 9)));
    sum += loss;
    counted++;
    if (done % REPORT_EVERY !== 0 && done !== steps) continue;
    const heldOut = await problem.heldOutLoss?.(average);
    curve.push({ step: done, loss: sum / counted, ...(heldOut === undefined ? {} : { heldOut }) });
    if (heldOut !== undefined && !(best && best.loss <= heldOut)) {
      best = { step: done, loss: heldOut, parameters: average.map((p) => p.slice()) };
    }
    onProgress?.(done, steps, sum / counted);
    sum = counted = 0;
    over = exhausted();
    if (done % CHECKPOINT_EVERY === 0 || done === steps || over) {
      const { mean, square } = adam;
      await checkpoint?.save({ step: done, parameters, mean, square, average, curve, best });
    }
    signal?.throwIfAborted();
    // Lets timers and messages through; training holds the thread otherwise.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  copyAll(best?.parameters ?? average, parameters);
  return curve;
}

/** Sets everything but the curve to where an earlier run was cut off, in place. */
function resume(
  from: TrainingState,
  parameters: readonly Float32Array[],
  adam: ReturnType<typeof adamInit>,
  average: readonly Float32Array[],
): void {
  copyAll(from.parameters, parameters);
  copyAll(from.mean, adam.mean);
  copyAll(from.square, adam.square);
  copyAll(from.average, average);
  adam.step = from.step;
}

/** `average = keep * average + (1 - keep) * now`, in place. */
function blend(
  average: readonly Float32Array[],
  now: readonly Float32Array[],
  keep: number,
): void {
  average.forEach((a, k) => {
    const p = now[k];
    for (let i = 0; i < a.length; i++) a[i] = keep * a[i] + (1 - keep) * p[i];
  });
}

function copyAll(from: readonly Float32Array[], to: readonly Float32Array[]): void {
  from.forEach((values, k) => to[k].set(values));
}
