import { signalAndNoise } from "@spiediff/diffusion";
import {
  densityCondition,
  type DrivingForceModel,
  EMBEDDING_DIM,
  type ForceRows,
  inputRows,
  tangent,
  tensorOperations,
  tensorsOf,
  whitenedFluxOperator,
} from "@spiediff/diffusion-train";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import type { Tensor2D } from "@tensorflow/tfjs";
import { Matrix } from "ml-matrix";
import { distil, type DistillationBlock } from "./distillation.ts";
import { epinetInputs, freshEpinet } from "./epinet.ts";
import { perturbationDirections } from "./perturbation.ts";
import type { EpinetOptions, TrainedEpinet } from "./types.ts";

/**
 * Distils the epinet of f' through the physics layer (paper Eq. (10)).
 *
 * For every index phi the whitened fluxes of the corrected f' should move from the base network's
 * by `direction . phi`, a standard normal each; the base cancels from the residual. The correction
 * acts on f' itself: any function of the density is the derivative of some f, so each index still
 * has a free energy.
 */
export function distilDrivingForceEpinet(
  tf: Tf,
  base: DrivingForceModel,
  rows: readonly ForceRows[],
  options: EpinetOptions,
  stream: RandomStream,
): TrainedEpinet {
  const M = rows[0].density.length;
  const { indexDim, visits } = options;
  const { schedule, state } = base;
  const hiddenDim = base.weights.perceptron.layers.at(-1)!.inputs;
  const weights = freshEpinet(hiddenDim + 1, 1, indexDim, state.std, stream.split("initial"));
  const draws = stream.split("visits");
  const profiles = rows.map((row, p) => ({
    clean: row.observedForce.map((v) => (v - state.mean) / state.std),
    condition: densityCondition(base, row.density),
    operator: Matrix.from1DArray(M, M, [...whitenedFluxOperator(row.whitening, row.k1)]),
    directions: perturbationDirections(M, indexDim, stream.split("directions").split(p)),
  }));

  function block(visit: number, p: number): DistillationBlock {
    const { clean, condition, operator, directions } = profiles[p];
    const draw = draws.split(visit).split(p);
    const timestep = draw.integer(schedule.steps);
    const [signal, noise] = signalAndNoise(schedule, timestep);
    const noisy = Float32Array.from(clean, (v) => signal * v + noise * draw.normal());
    const features = tf.tidy(() => {
      const width = 2 + EMBEDDING_DIM;
      const x = tf.tensor2d(inputRows(base.weights, [condition], noisy, () => timestep), [
        M,
        width,
      ]);
      const parameters = tensorsOf(tf, base.weights.perceptron).slice(0, -1);
      const { hidden } = tangent(tensorOperations(tf), parameters, x, width);
      return tf.concat([hidden as Tensor2D, tf.tensor2d(condition, [M, 1])], 1).dataSync();
    });
    const inputs = epinetInputs(weights, features);
    inputs.forEach((row) => row.forEach((v, k) => row[k] = state.std * v));
    return { inputs, directions, response: (change) => operator.mmul(change) };
  }
  function* blocks() {
    for (let visit = 0; visit < visits; visit++) {
      for (let p = 0; p < rows.length; p++) yield block(visit, p);
    }
  }
  return { weights, curve: distil(weights, blocks(), visits) };
}
