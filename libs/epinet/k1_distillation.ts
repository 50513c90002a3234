import { signalAndNoise } from "@spiediff/diffusion";
import {
  EMBEDDING_DIM,
  forward,
  inputRows,
  type K1Model,
  k1Rows,
  type Operations,
  type OperatorData,
  pairConditions,
  parametersOf,
} from "@spiediff/diffusion-train";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import { distil, type DistillationProblem } from "./distillation.ts";
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
  const frozen = parametersOf(base.weights.perceptron);
  const batches = stream.split("batches");
  const { schedule, state } = base;
  const problem: DistillationProblem = {
    dataCount: count,
    batch(step) {
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
      return {
        x: {
          data: inputRows(base.weights, [c0, c1], y, (b) => t[b]),
          shape: [B, 3 + EMBEDDING_DIM],
        },
        c0: { data: c0, shape: [B, 1] },
        c1: { data: c1, shape: [B, 1] },
        inverse: { data: inverse, shape: [B, 1] },
        directions: { data: toward, shape: [B, D] },
      };
    },
    features(on, { x, c0, c1 }) {
      const { hidden } = baseValues(on, x);
      return { all: on.concat([hidden, c0, c1]), condition: on.concat([c0, c1]) };
    },
    toData: (on, { x, inverse }, change) =>
      on.mul(on.mul(on.sigmoid(baseValues(on, x).output), inverse), change),
  };
  function baseValues<T>(on: Operations<T>, x: T) {
    return forward(on, frozen.arrays.map((array, k) => on.constant(array, frozen.shapes[k])), x);
  }
  return { weights, curve: await distil(tf, weights, problem, options) };
}
