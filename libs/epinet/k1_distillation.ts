import type { Tensor2D } from "@tensorflow/tfjs";
import { signalAndNoise } from "@spiediff/diffusion";
import {
  EMBEDDING_DIM,
  forward,
  inputRows,
  type K1Model,
  k1Rows,
  type OperatorData,
  pairConditions,
  tensorsOf,
} from "@spiediff/diffusion-train";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import { distil, type DistillationBatch } from "./distillation.ts";
import { freshEpinet } from "./epinet.ts";
import { perturbationDirections } from "./perturbation.ts";
import type { EpinetOptions, TrainedEpinet } from "./types.ts";

/**
 * Trains the epinet of K1 by distillation from the trained base network (paper Eq. (10)).
 *
 * For every index phi the corrected network should fit the base network's own answer at the data,
 * moved by `standardError * direction . phi`. The base cancels from the residual, and the mean over
 * phi is the squared norm of what multiplies phi:
 * `| dK1/draw * coefficients / standardError - direction |^2`.
 */
export async function trainK1Epinet(
  tf: Tf,
  base: K1Model,
  data: readonly OperatorData[],
  options: EpinetOptions,
  stream: RandomStream,
): Promise<TrainedEpinet> {
  const rows = k1Rows(data, "trained");
  const count = rows.k1.length;
  const [c0All, c1All] = pairConditions(base.condition, rows.left, rows.right);
  const D = options.indexDim, B = options.batch;
  const directions = perturbationDirections(count, D, stream.split("directions"));
  const hiddenDim = base.weights.perceptron.layers.at(-1)!.inputs;
  // Without data the entry may move, to first order, by as much as it varies over the data.
  const outputScale = 2 * base.state.std / base.scale;
  const weights = freshEpinet(
    hiddenDim + 2,
    2,
    D,
    options.hidden,
    outputScale,
    stream.split("initial"),
  );
  const frozen = tensorsOf(tf, base.weights.perceptron);
  const batches = stream.split("batches");
  const { schedule, state } = base;

  const batch = (step: number): DistillationBatch => {
    const draw = batches.split(step);
    const c0 = new Float32Array(B), c1 = new Float32Array(B), y = new Float32Array(B);
    const t = new Int32Array(B), inverse = new Float32Array(B), toward = new Float32Array(B * D);
    for (let b = 0; b < B; b++) {
      const i = draw.integer(count);
      t[b] = draw.integer(schedule.steps);
      const [signal, noise] = signalAndNoise(schedule, t[b]);
      c0[b] = c0All[i];
      c1[b] = c1All[i];
      y[b] = signal * (rows.k1[i] - state.mean) / state.std + noise * draw.normal();
      inverse[b] = -base.scale / rows.standardError[i];
      toward.set(directions.subarray(i * D, (i + 1) * D), b * D);
    }
    const column = (values: Float32Array) => tf.tensor2d(values, [B, 1]);
    const x = tf.tensor2d(
      inputRows(base.weights, [c0, c1], y, (b) => t[b]),
      [B, 3 + EMBEDDING_DIM],
    );
    const { output: raw, hidden } = forward(tf, frozen, x);
    const features = tf.concat([hidden, column(c0), column(c1)], 1) as Tensor2D;
    const slope = tf.mul(tf.sigmoid(raw), column(inverse));
    return {
      features,
      toData: (change) => tf.mul(slope, change),
      directions: tf.tensor2d(toward, [B, D]),
    };
  };
  const curve = await distil(tf, weights, { batch, dataCount: count }, options);
  tf.dispose(frozen);
  return { weights, curve };
}
