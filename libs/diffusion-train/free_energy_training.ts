import type { Scalar, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { signalAndNoise } from "@spiediff/diffusion";
import { randomDenoiser } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import { meanAndStd } from "./_statistics.ts";
import { densityCondition } from "./driving_force_model.ts";
import { type ForceRows, forceScaling } from "./free_energy_data.ts";
import { EMBEDDING_DIM } from "./k1_training.ts";
import { inputRows, parametersOf, tangent } from "./network.ts";
import { elementFluxes, stepMatrix, transposedWhitening } from "./physics_layer.ts";
import { minimise } from "./training_loop.ts";
import type { CurvePoint, DrivingForceModel, TrainingOptions } from "./types.ts";

/**
 * Trains the conditional DDPM for the free energy through the trained operator
 * (docs/theory.md section 6).
 *
 * The network is the scalar f; its derivative is the clean prediction; the physics layer turns it
 * into element fluxes, whose residuals are whitened by the covariance of their errors (the
 * Onsager-Machlup norm). One batch holds whole profiles, since the physics layer couples neighbours.
 *
 * @param stream Source of initial weights and batches; same stream, same bits.
 * @throws {RangeError} if profiles differ in their number of nodes.
 */
export async function trainDrivingForce(
  tf: Tf,
  rows: readonly ForceRows[],
  options: TrainingOptions,
  stream: RandomStream,
): Promise<{ model: DrivingForceModel; curve: CurvePoint[] }> {
  const M = rows[0].density.length;
  if (rows.some((row) => row.density.length !== M)) {
    throw new RangeError("All profiles of one training need the same number of nodes.");
  }
  const model = freshModel(rows, options, stream.split("initial"));
  const { weights, schedule, state } = model;
  const condition = rows.map((row) => densityCondition(model, row.density));
  const clean = rows.map((row) => row.observedForce.map((v) => (v - state.mean) / state.std));
  const whitening = transposedWhitening(rows);
  const unit = meanAction(rows);
  const P = Math.max(1, Math.round(options.batch / M));
  const B = P * M;
  const { arrays, shapes } = parametersOf(weights.perceptron);
  const trained = arrays.length - 1; // All but the last bias, which is f's gauge.
  const steps = stepMatrix(tf, M);
  const batches = stream.split("batches");
  const slope = model.energyScale * model.condition.scale;

  const loss = (parameters: Parameters<typeof tangent>[1], step: number): Scalar => {
    const draw = batches.split(step);
    const c = new Float32Array(B), y = new Float32Array(B), t = new Int32Array(B);
    const k1 = new Float32Array(B), flux = new Float32Array(B), white = new Float32Array(B * M);
    for (let p = 0; p < P; p++) {
      const which = draw.integer(rows.length);
      const timestep = draw.integer(schedule.steps);
      const [signal, noise] = signalAndNoise(schedule, timestep);
      for (let i = 0; i < M; i++) {
        const b = p * M + i;
        t[b] = timestep;
        c[b] = condition[which][i];
        y[b] = signal * clean[which][i] + noise * draw.normal();
        k1[b] = rows[which].k1[i];
        flux[b] = rows[which].flux[i];
      }
      whitening.copyTo(white, p, which);
    }
    const grid = (values: Float32Array): Tensor2D => tf.tensor2d(values, [P, M]);
    const x = tf.tensor2d(inputRows(weights, [c], y, (b) => t[b]), [B, 2 + EMBEDDING_DIM]);
    const derivative = tangent(tf, parameters, x).derivative;
    const force = tf.reshape(tf.mul(derivative, slope), [P, M]) as Tensor2D;
    const residual = tf.sub(elementFluxes(tf, force, grid(k1), steps), grid(flux));
    const whitened = tf.matMul(
      tf.reshape(residual, [P, 1, M]) as Tensor3D,
      tf.tensor3d(white, [P, M, M]),
    );
    return tf.div(tf.mean(tf.square(whitened)), unit) as Scalar;
  };
  const curve = await minimise(tf, { parameters: arrays.slice(0, trained), shapes, loss }, options);
  steps.dispose();
  return { model, curve };
}

/** Mean of |W flux|^2 over the data: in units of it the loss starts near one. */
function meanAction(rows: readonly ForceRows[]): number {
  let sum = 0, count = 0;
  for (const { flux, whitening } of rows) {
    const M = flux.length;
    for (let i = 0; i < M; i++) {
      let white = 0;
      for (let j = 0; j < M; j++) white += whitening[i * M + j] * flux[j];
      sum += white * white;
      count++;
    }
  }
  return sum / count;
}

function freshModel(
  rows: readonly ForceRows[],
  options: TrainingOptions,
  stream: RandomStream,
): DrivingForceModel {
  const state = forceScaling(rows);
  const density = meanAndStd(rows.flatMap((row) => [...row.density]));
  return {
    weights: randomDenoiser(
      1,
      options.hidden,
      options.schedule.steps,
      EMBEDDING_DIM,
      stream.normal,
    ),
    condition: { offset: density.mean, scale: 1 / density.std },
    // With this scale the derivative in the normalised density comes out in units of std(f').
    energyScale: state.std * density.std,
    state,
    schedule: options.schedule,
  };
}
