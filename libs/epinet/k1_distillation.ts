import { signalAndNoise } from "@spiediff/diffusion";
import {
  EMBEDDING_DIM,
  forward,
  inputRows,
  type K1Model,
  k1Rows,
  type OperatorData,
  pairConditions,
  softplus,
  tensorOperations,
  tensorsOf,
} from "@spiediff/diffusion-train";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import type { Tensor2D } from "@tensorflow/tfjs";
import { averageProfiles, calibrate } from "./calibration.ts";
import { distil, type DistillationBlock } from "./distillation.ts";
import { epinetInputs, freshEpinet } from "./epinet.ts";
import { perturbationDirections } from "./perturbation.ts";
import type { EpinetOptions, TrainedEpinet } from "./types.ts";

/**
 * Distils the epinet of K1 from the trained base network (paper Eq. (10)).
 *
 * For every index phi the corrected network should fit the base network's own answer at the data,
 * moved by `standardError * direction . phi`. The base cancels from the residual; the correction
 * enters before the softplus, to first order as `dK1/draw * correction`.
 */
export function distilK1Epinet(
  tf: Tf,
  base: K1Model,
  data: readonly OperatorData[],
  options: EpinetOptions,
  stream: RandomStream,
): TrainedEpinet {
  const rows = k1Rows(data, "trained");
  const count = rows.k1.length;
  const [c0, c1] = pairConditions(base.condition, rows.left, rows.right);
  const { indexDim, visits } = options;
  const directions = perturbationDirections(count, indexDim, stream.split("directions"));
  const hiddenDim = base.weights.perceptron.layers.at(-1)!.inputs;
  // A unit change of the network's output moves the entry by about half of its scale.
  const outputScale = 2 * base.state.std / base.scale;
  const { meanOffset, meanScale } = base.condition;
  const density = { offset: meanOffset, scale: meanScale };
  const initial = stream.split("initial");
  const weights = freshEpinet(hiddenDim + 2, 2, indexDim, density, outputScale, initial);
  const draws = stream.split("visits");

  function block(draw: RandomStream, timestep: () => number): DistillationBlock {
    const t = Int32Array.from({ length: count }, timestep);
    const state = Float32Array.from(rows.k1, (k1, i) => {
      const [signal, noise] = signalAndNoise(base.schedule, t[i]);
      return signal * (k1 - base.state.mean) / base.state.std + noise * draw.normal();
    });
    const { raw, features } = tf.tidy(() => {
      const x = tf.tensor2d(
        inputRows(base.weights, [c0, c1], state, (i) => t[i]),
        [count, 3 + EMBEDDING_DIM],
      );
      const parameters = tensorsOf(tf, base.weights.perceptron);
      const { output, hidden } = forward(tensorOperations(tf), parameters, x);
      const conditions = [c0, c1].map((c) => tf.tensor2d(c, [count, 1]));
      return {
        raw: output.dataSync(),
        features: tf.concat([hidden as Tensor2D, ...conditions], 1).dataSync(),
      };
    });
    const inputs = epinetInputs(weights, features);
    inputs.forEach((row) => row.forEach((v, k) => row[k] = outputScale * v));
    return {
      inputs,
      directions,
      residual: Float64Array.from(
        raw,
        (value, i) => (rows.k1[i] + base.scale * softplus(value)) / rows.standardError[i],
      ),
      response(change) {
        for (let i = 0; i < count; i++) {
          const slope = -base.scale / (1 + Math.exp(-raw[i]));
          change.mulRow(i, slope / rows.standardError[i]);
        }
        return change;
      },
    };
  }
  const { steps } = base.schedule;
  const visit = (v: number) => {
    const draw = draws.split(v);
    return block(draw, () => draw.integer(steps));
  };
  const numbers = Array.from({ length: visits }, (_, v) => v);
  const curve = distil(weights, numbers.values().map(visit), visits);
  // As a sample sees the data: at the last timestep, where the state says nothing of them.
  const last = draws.split("calibration");
  const seen = numbers.map((v) => block(last.split(v), () => steps - 1));
  const sizes = data.map((d) => d.K1.filter((_, e) => !d.heldOut?.[e]).length);
  return { weights, curve, calibration: calibrate(averageProfiles(seen, sizes)) };
}
