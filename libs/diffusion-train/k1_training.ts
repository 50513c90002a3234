import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs";
import { signalAndNoise } from "@spiediff/diffusion";
import { randomDenoiser } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import { inverseVarianceWeights, meanAndStd } from "./_statistics.ts";
import { pairConditions } from "./k1_model.ts";
import { forward, inputRows, parametersOf, tensorsOf } from "./network.ts";
import { minimise, tfjsGradients, type TrainingProblem } from "./training_loop.ts";
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

/**
 * Flattens estimates into rows `[profiles * M]`.
 *
 * @param which All elements, those to train on or those held out.
 */
export function k1Rows(
  data: readonly OperatorData[],
  which: "all" | "trained" | "held out" = "all",
): K1Rows {
  const argument = (d: OperatorData) => d.elementDensity ?? d.density;
  const wanted = (d: OperatorData, e: number) =>
    which === "all" || (d.heldOut?.[e] ?? false) === (which === "held out");
  const flat = (pick: (d: OperatorData) => readonly number[]) =>
    Float64Array.from(data.flatMap((d) => pick(d).filter((_, e) => wanted(d, e))));
  return {
    left: flat(argument),
    right: flat((d) => argument(d).map((_, e, all) => all[(e + 1) % all.length])),
    k1: flat((d) => d.K1),
    standardError: flat((d) => d.K1StandardError),
  };
}

/** Held-out rows are seen at this many (timestep, noise) draws each. */
const HELD_OUT_DRAWS = 16;

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
  const rows = k1Rows(data, "trained");
  const model = freshModel(rows, options, stream.split("initial"));
  const { arrays, shapes } = parametersOf(model.weights.perceptron);
  const trained = batchSource(model, rows);
  const batches = stream.split("batches");
  const loss = (parameters: Tensor[], batch: Batch): Scalar => {
    const raw = forward(tf, parameters, tf.tensor2d(batch.x, [batch.size, 3 + EMBEDDING_DIM]));
    const k1 = tf.mul(tf.softplus(raw.output), -model.scale / model.state.std);
    const residual = tf.sub(k1, column(tf, batch.target));
    return tf.mean(tf.mul(tf.square(residual), column(tf, batch.weight)));
  };
  const problem: TrainingProblem = {
    parameters: arrays,
    lossAndGradients: tfjsGradients(tf, arrays, shapes, (parameters, step) => {
      const draw = batches.split(step);
      return loss(parameters, trained(draw, options.batch, () => draw.integer(rows.k1.length)));
    }),
  };
  const kept = k1Rows(data, "held out");
  if (kept.k1.length > 0) {
    const size = HELD_OUT_DRAWS * kept.k1.length;
    const batch = batchSource(model, kept)(
      stream.split("held-out"),
      size,
      (b) => b % kept.k1.length,
    );
    problem.heldOutLoss = () =>
      tf.tidy(() => loss(tensorsOf(tf, model.weights.perceptron), batch).dataSync()[0]);
  }
  const curve = await minimise(problem, options);
  return { model, curve };
}

/** Network inputs `[size * (3 + E)]`, targets `[size]` for the head in units of std, weights. */
interface Batch {
  readonly size: number;
  readonly x: Float32Array;
  readonly target: Float32Array;
  readonly weight: Float32Array;
}

/** Draws noisy states of rows. */
function batchSource(
  model: K1Model,
  rows: K1Rows,
): (draw: RandomStream, size: number, row: (b: number) => number) => Batch {
  const { weights, schedule, state } = model;
  const [meanCondition, squareCondition] = pairConditions(model.condition, rows.left, rows.right);
  const clean = rows.k1.map((k1) => (k1 - state.mean) / state.std);
  const importance = inverseVarianceWeights(rows.standardError);
  return (draw, size, row) => {
    const c0 = new Float32Array(size), c1 = new Float32Array(size), y = new Float32Array(size);
    const target = new Float32Array(size), weight = new Float32Array(size);
    const t = new Int32Array(size);
    for (let b = 0; b < size; b++) {
      const i = row(b);
      t[b] = draw.integer(schedule.steps);
      const [signal, noise] = signalAndNoise(schedule, t[b]);
      c0[b] = meanCondition[i];
      c1[b] = squareCondition[i];
      target[b] = clean[i] + state.mean / state.std;
      weight[b] = importance[i];
      y[b] = signal * clean[i] + noise * draw.normal();
    }
    return { size, x: inputRows(weights, [c0, c1], y, (b) => t[b]), target, weight };
  };
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
