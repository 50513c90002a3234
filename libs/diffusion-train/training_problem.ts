import type { Scalar, Tensor } from "@tensorflow/tfjs";
import { gradientTape } from "@spiediff/onnx-graph";
import type { Feed, GraphRunner, Tf } from "@spiediff/tensor-backend";
import { type Operations, tensorOperations } from "./operations.ts";
import type { TrainingProblem } from "./training_loop.ts";

/** Arrays of one batch, by name. */
export type Feeds = Readonly<Record<string, Feed>>;

/** A loss and its data. */
export interface LossProblem {
  /** Updated in place by training. */
  readonly parameters: readonly Float32Array[];
  readonly shapes: readonly number[][];
  /** The batch of a step; a function of the step alone, shapes the same for all. */
  batch(step: number): Feeds;
  loss<T>(
    operations: Operations<T>,
    parameters: readonly T[],
    batch: Readonly<Record<string, T>>,
  ): T;
  /** Held-out data; absent without any. */
  readonly heldOut?: Feeds;
}

/**
 * Makes a loss ready for `minimise`: its steps run in the graph runner, or in tfjs without one.
 *
 * The runner gets one graph of loss and gradients, three to ten times as fast as differentiating
 * operation by operation (docs/performance.md). Held-out losses are rare and stay with tfjs.
 */
export async function trainingProblem(
  tf: Tf,
  problem: LossProblem,
  runner?: GraphRunner,
): Promise<TrainingProblem & { release(): Promise<void> }> {
  const { parameters, heldOut } = problem;
  const heldOutLoss = heldOut &&
    (() =>
      tf.tidy(() =>
        lossTensor(tf, problem, tensors(tf, problem, problem.parameters), heldOut).dataSync()[0]
      ));
  const step = runner
    ? await nativeGradients(problem, runner)
    : { lossAndGradients: tfjsGradients(tf, problem), release: () => Promise.resolve() };
  return { parameters, ...step, ...(heldOutLoss ? { heldOutLoss } : {}) };
}

function tensors(tf: Tf, { shapes }: LossProblem, at: readonly Float32Array[]): Tensor[] {
  return at.map((p, k) => tf.tensor(p, shapes[k]));
}

function lossTensor(tf: Tf, problem: LossProblem, parameters: Tensor[], feeds: Feeds): Scalar {
  const batch: Record<string, Tensor> = {};
  for (const [name, { data, shape }] of Object.entries(feeds)) {
    batch[name] = tf.tensor(data, [...shape]);
  }
  return problem.loss(tensorOperations(tf), parameters, batch).asScalar();
}

function tfjsGradients(tf: Tf, problem: LossProblem): TrainingProblem["lossAndGradients"] {
  return (step) => {
    let loss = Number.NaN;
    let gradients: Float32Array[] = [];
    tf.tidy(() => {
      const feeds = problem.batch(step);
      const result = tf.valueAndGrads((...p: Tensor[]) => lossTensor(tf, problem, p, feeds))(
        tensors(tf, problem, problem.parameters),
      );
      loss = result.value.dataSync()[0];
      gradients = result.grads.map((g) => g.dataSync() as Float32Array);
    });
    return { loss, gradients };
  };
}

async function nativeGradients(problem: LossProblem, runner: GraphRunner) {
  const { parameters, shapes } = problem;
  const tape = gradientTape("training-step");
  const names = parameters.map((_, k) => `p${k}`);
  const values = names.map((name, k) => tape.parameter(name, shapes[k]));
  const inputs = Object.fromEntries(
    Object.entries(problem.batch(0)).map(([name, { shape }]) => [name, tape.input(name, shape)]),
  );
  const graph = await runner.prepare(tape.finish(problem.loss(tape, values, inputs)));
  const own = Object.fromEntries(
    names.map((name, k) => [name, { data: parameters[k], shape: shapes[k] }]),
  );
  return {
    async lossAndGradients(step: number) {
      const results = await graph.run({ ...own, ...problem.batch(step) });
      return {
        loss: results.loss[0],
        gradients: names.map((name) => results[`gradient_${name}`]),
      };
    },
    release: () => graph.release(),
  };
}
