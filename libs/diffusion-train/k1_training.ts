import type { Scalar, Tensor2D } from "@tensorflow/tfjs";
import { signalAndNoise } from "@spiediff/diffusion";
import { randomDenoiser } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import { inverseVarianceWeights, meanAndStd } from "./_statistics.ts";
import { pairConditions } from "./k1_model.ts";
import { forward, inputRows, parametersOf } from "./network.ts";
import { minimise } from "./training_loop.ts";
import type { CurvePoint, K1Model, OperatorData, TrainingOptions } from "./types.ts";

/** Width of the sinusoidal time embedding of every denoiser. */
export const EMBEDDING_DIM = 16;

/** Range of the second condition over the data. */
const SQUARE_RANGE = 0.2;
/** Keeps the scale finite for flat profiles. */
const SMALLEST_SQUARE = 1e-8;

/** Every element of every profile as one row: densities at its nodes, entry, standard error. */
export interface K1Rows {
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly k1: Float64Array;
  readonly standardError: Float64Array;
}

/** Flattens estimates into rows `[profiles * M]`. */
export function k1Rows(data: readonly OperatorData[]): K1Rows {
  const argument = (d: OperatorData) => d.elementDensity ?? d.density;
  const flat = (pick: (d: OperatorData) => readonly number[]) =>
    Float64Array.from(data.flatMap(pick));
  return {
    left: flat(argument),
    right: flat((d) => argument(d).map((_, e, all) => all[(e + 1) % all.length])),
    k1: flat((d) => d.K1),
    standardError: flat((d) => d.K1StandardError),
  };
}

/**
 * Trains the conditional DDPM for K1 (docs/theory.md section 6).
 *
 * The network predicts the clean entry; its head -scale softplus(.) keeps every sample
 * non-positive, hence K positive semi-definite, whatever the weights are. Entries weigh by their
 * inverse variance.
 *
 * @param stream Source of initial weights and batches; same stream, same bits.
 */
export async function trainK1(
  tf: Tf,
  data: readonly OperatorData[],
  options: TrainingOptions,
  stream: RandomStream,
): Promise<{ model: K1Model; curve: CurvePoint[] }> {
  const rows = k1Rows(data);
  const model = freshModel(rows, options, stream.split("initial"));
  const { weights, schedule, scale, state } = model;
  const [meanCondition, squareCondition] = pairConditions(model.condition, rows.left, rows.right);
  const target = rows.k1.map((k1) => (k1 - state.mean) / state.std);
  const importance = inverseVarianceWeights(rows.standardError);
  const { arrays, shapes } = parametersOf(weights.perceptron);
  const batches = stream.split("batches");
  const B = options.batch;

  const loss = (parameters: Parameters<typeof forward>[1], step: number): Scalar => {
    const draw = batches.split(step);
    const c0 = new Float32Array(B), c1 = new Float32Array(B), y = new Float32Array(B);
    const clean = new Float32Array(B), weight = new Float32Array(B), t = new Int32Array(B);
    for (let b = 0; b < B; b++) {
      const i = draw.integer(target.length);
      t[b] = draw.integer(schedule.steps);
      const [signal, noise] = signalAndNoise(schedule, t[b]);
      c0[b] = meanCondition[i];
      c1[b] = squareCondition[i];
      clean[b] = target[i];
      weight[b] = importance[i];
      y[b] = signal * target[i] + noise * draw.normal();
    }
    const x = tf.tensor2d(inputRows(weights, [c0, c1], y, (b) => t[b]), [B, 3 + EMBEDDING_DIM]);
    const raw = forward(tf, parameters, x).output;
    const k1 = tf.mul(tf.softplus(raw), -scale / state.std);
    const residual = tf.sub(k1, column(tf, clean.map((v) => v + state.mean / state.std)));
    return tf.mean(tf.mul(tf.square(residual), column(tf, weight)));
  };
  const curve = await minimise(tf, { parameters: arrays, shapes, loss }, options);
  return { model, curve };
}

function column(tf: Tf, values: Float32Array): Tensor2D {
  return tf.tensor2d(values, [values.length, 1]);
}

function freshModel(rows: K1Rows, options: TrainingOptions, stream: RandomStream): K1Model {
  const state = meanAndStd(rows.k1);
  const mean = meanAndStd(rows.left.map((left, i) => (left + rows.right[i]) / 2));
  const squares = rows.left.map((left, i) => (left - rows.right[i]) ** 2);
  return {
    weights: randomDenoiser(
      2,
      options.hidden,
      options.schedule.steps,
      EMBEDDING_DIM,
      stream.normal,
    ),
    condition: {
      meanOffset: mean.mean,
      meanScale: 1 / mean.std,
      // K1 depends on the difference only weakly, through m'' d^2/(24 m): a small input says so.
      squareScale: SQUARE_RANGE / Math.max(SMALLEST_SQUARE, ...squares),
    },
    scale: Math.abs(state.mean) / Math.LN2,
    state,
    schedule: options.schedule,
  };
}
