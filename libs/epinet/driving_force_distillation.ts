import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { signalAndNoise } from "@spiediff/diffusion";
import {
  densityCondition,
  type DrivingForceModel,
  EMBEDDING_DIM,
  type ForceRows,
  inputRows,
  stepMatrix,
  tangent,
  tensorsOf,
  transposedWhitening,
} from "@spiediff/diffusion-train";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import { distil, type DistillationBatch } from "./distillation.ts";
import { freshEpinet } from "./epinet.ts";
import { perturbationDirections } from "./perturbation.ts";
import type { EpinetOptions, TrainedEpinet } from "./types.ts";

/**
 * Trains the epinet of f' by distillation through the physics layer (paper Eq. (10)).
 *
 * For every index phi the whitened fluxes of the corrected f' should move from the base network's
 * by `direction . phi`, a standard normal each; the base cancels from the residual. The correction acts on f'
 * itself: any function of the density is the derivative of some f, so each index still has a free
 * energy.
 */
export async function trainDrivingForceEpinet(
  tf: Tf,
  base: DrivingForceModel,
  rows: readonly ForceRows[],
  options: EpinetOptions,
  stream: RandomStream,
): Promise<TrainedEpinet> {
  const M = rows[0].density.length;
  const D = options.indexDim;
  const P = Math.max(1, Math.round(options.batch / M));
  const B = P * M;
  const { schedule, state } = base;
  const directions = perturbationDirections(rows.length * M, D, stream.split("directions"));
  const hiddenDim = base.weights.perceptron.layers.at(-1)!.inputs;
  const weights = freshEpinet(
    hiddenDim + 1,
    1,
    D,
    options.hidden,
    state.std,
    stream.split("initial"),
  );
  const frozen = tensorsOf(tf, base.weights.perceptron).slice(0, -1);
  const condition = rows.map((row) => densityCondition(base, row.density));
  const difference = stepMatrix(tf, M);
  const whitening = transposedWhitening(rows.map((row) => row.whitening));
  const batches = stream.split("batches");

  const batch = (step: number): DistillationBatch => {
    const draw = batches.split(step);
    const c = new Float32Array(B), y = new Float32Array(B), t = new Int32Array(B);
    const gain = new Float32Array(B), toward = new Float32Array(B * D);
    const white = new Float32Array(B * M);
    for (let p = 0; p < P; p++) {
      const which = draw.integer(rows.length);
      const row = rows[which];
      const timestep = draw.integer(schedule.steps);
      const [signal, noise] = signalAndNoise(schedule, timestep);
      for (let i = 0; i < M; i++) {
        const b = p * M + i;
        t[b] = timestep;
        c[b] = condition[which][i];
        y[b] = signal * (row.observedForce[i] - state.mean) / state.std + noise * draw.normal();
        gain[b] = row.k1[i];
      }
      whitening.copyTo(white, p, which);
      toward.set(directions.subarray(which * M * D, (which + 1) * M * D), p * M * D);
    }
    const x = tf.tensor2d(inputRows(base.weights, [c], y, (b) => t[b]), [B, 2 + EMBEDDING_DIM]);
    const { hidden } = tangent(tf, frozen, x);
    const features = tf.concat([hidden, tf.tensor2d(c, [B, 1])], 1) as Tensor2D;
    const gains = tf.tensor3d(gain, [P, 1, M]), whites = tf.tensor3d(white, [P, M, M]);
    const toData = (change: Tensor2D): Tensor2D => {
      // Steps across elements run along M, as does whitening, so the columns go first.
      const C = change.shape[1];
      const nodal = tf.transpose(tf.reshape(change, [P, M, C]), [0, 2, 1]);
      const steps = tf.matMul(tf.reshape(nodal, [P * C, M]) as Tensor2D, difference);
      const fluxes = tf.mul(tf.reshape(steps, [P, C, M]), gains);
      const whitened = tf.matMul(fluxes as Tensor3D, whites);
      return tf.reshape(tf.transpose(whitened, [0, 2, 1]), [B, C]);
    };
    return { features, toData, directions: tf.tensor2d(toward, [B, D]) };
  };
  const curve = await distil(tf, weights, { batch, dataCount: rows.length * M }, options);
  tf.dispose([...frozen, difference]);
  return { weights, curve };
}
