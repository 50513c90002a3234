import { signalAndNoise } from "@spiediff/diffusion";
import { randomDenoiser } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import { inverseVarianceWeights, meanAndStd } from "./_statistics.ts";
import { fieldCondition } from "./field_condition.ts";
import { mobilityConditionOf, type MobilityRows, mobilityRows, pointsOf } from "./mobility_rows.ts";
import { elementMean, inputRows, parametersOf } from "./network.ts";
import { minimise } from "./training_loop.ts";
import { type Feeds, trainingProblem } from "./training_problem.ts";
import type { CurvePoint, MobilityModel, OperatorData, TrainingOptions } from "./types.ts";

/** Width of the sinusoidal time embedding of every denoiser. */
export const EMBEDDING_DIM = 16;

/**
 * Held-out rows are seen at this many noise draws each, all at the last timestep, where the state
 * says nothing of the datum: the loss is that of the conditional mean, which is what samples are
 * centred on. At early timesteps a network may copy noise from the state without harm to a sample.
 */
const HELD_OUT_DRAWS = 8;

/**
 * Trains the conditional DDPM for the mobility (docs/theory.md section 6).
 *
 * The network predicts the clean mobility at a density; a datum is the mean over an element. The head
 * scale softplus(.) keeps every sample nonnegative, hence K positive semi-definite, whatever the weights
 * are. Data weigh by their inverse variance.
 *
 * @param stream Source of initial weights and batches; same stream, same bits.
 */
export async function trainMobility(
  tf: Tf,
  data: readonly OperatorData[],
  options: TrainingOptions,
  stream: RandomStream,
): Promise<{ model: MobilityModel; curve: CurvePoint[] }> {
  const rows = mobilityRows(data, "trained");
  const model = freshModel(rows, options, stream.split("initial"));
  const { arrays, shapes } = parametersOf(model.weights.perceptron);
  const trained = batchSource(model, rows);
  const batches = stream.split("batches");
  const kept = mobilityRows(data, "held out");
  const problem = await trainingProblem(tf, {
    parameters: arrays,
    shapes,
    batch(step) {
      const draw = batches.split(step);
      const row = () => draw.integer(rows.mobility.length);
      return trained(draw, options.batch, row, () => draw.integer(model.schedule.steps));
    },
    loss(on, parameters, { first, second, target, weight }) {
      const head = elementMean(on, parameters, first, second);
      const unit = on.constant([model.scale / model.state.std], [1]);
      const residual = on.sub(on.mul(head, unit), target);
      // The weights carry the mean over the batch.
      return on.sum(on.mul(on.mul(residual, residual), weight));
    },
    ...(kept.mobility.length === 0 ? {} : {
      heldOut: batchSource(model, kept)(
        stream.split("held-out"),
        HELD_OUT_DRAWS * kept.mobility.length,
        (b) => b % kept.mobility.length,
        () => model.schedule.steps - 1,
      ),
    }),
  }, options.runner);
  try {
    return { model, curve: await minimise(problem, options) };
  } finally {
    await problem.release();
  }
}

/**
 * Draws noisy states of rows: network inputs at the `first` and the `second` point of each element, targets
 * of the head in units of std, weights that sum to about one.
 */
function batchSource(
  model: MobilityModel,
  rows: MobilityRows,
): (
  draw: RandomStream,
  size: number,
  row: (b: number) => number,
  timestep: () => number,
) => Feeds {
  const { weights, schedule, state } = model;
  const points = fieldCondition(model.condition, pointsOf(rows.left, rows.right));
  const count = rows.mobility.length;
  const clean = rows.mobility.map((mobility) => (mobility - state.mean) / state.std);
  const importance = inverseVarianceWeights(rows.standardError);
  return (draw, size, row, timestep) => {
    const first = new Float32Array(size), second = new Float32Array(size);
    const y = new Float32Array(size);
    const target = new Float32Array(size), weight = new Float32Array(size);
    const t = new Int32Array(size);
    for (let b = 0; b < size; b++) {
      const i = row(b);
      t[b] = timestep();
      const [signal, noise] = signalAndNoise(schedule, t[b]);
      first[b] = points[i];
      second[b] = points[count + i];
      target[b] = clean[i] + state.mean / state.std;
      weight[b] = importance[i] / size;
      y[b] = signal * clean[i] + noise * draw.normal();
    }
    const at = (condition: Float32Array) => {
      const data = inputRows(weights, [condition], y, (b) => t[b]);
      return { data, shape: [size, data.length / size] };
    };
    return {
      first: at(first),
      second: at(second),
      target: { data: target, shape: [size, 1] },
      weight: { data: weight, shape: [size, 1] },
    };
  };
}

function freshModel(
  rows: MobilityRows,
  options: TrainingOptions,
  stream: RandomStream,
): MobilityModel {
  const state = meanAndStd(rows.mobility);
  return {
    weights: randomDenoiser(
      1,
      options.hidden,
      options.schedule.steps,
      EMBEDDING_DIM,
      stream.normal,
    ),
    condition: mobilityConditionOf(rows),
    scale: Math.abs(state.mean) / Math.LN2,
    state,
    schedule: options.schedule,
  };
}
