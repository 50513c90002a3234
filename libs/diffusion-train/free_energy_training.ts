import type { Scalar, Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
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
import { minimise, tfjsGradients, type TrainingProblem } from "./training_loop.ts";
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
  const all = parametersOf(model.weights.perceptron);
  const arrays = all.arrays.slice(0, -1); // All but the last bias, which is f's gauge.
  const shapes = all.shapes.slice(0, -1);
  const source = batchSource(model, rows);
  const whitening = transposedWhitening(rows.map((row) => row.whitening));
  const unit = meanAction(rows);
  const P = Math.max(1, Math.round(options.batch / M));
  const steps = stepMatrix(tf, M);
  const batches = stream.split("batches");
  const slope = model.energyScale * model.condition.scale;

  /** Sum over the batch of the squared whitened residuals of the fluxes. */
  const action = (parameters: Tensor[], batch: Batch): Scalar => {
    const { profiles } = batch;
    const grid = (values: Float32Array): Tensor2D => tf.tensor2d(values, [profiles, M]);
    const x = tf.tensor2d(batch.x, [profiles * M, 2 + EMBEDDING_DIM]);
    const derivative = tangent(tf, parameters, x).derivative;
    const force = tf.reshape(tf.mul(derivative, slope), [profiles, M]) as Tensor2D;
    const fluxes = elementFluxes(tf, force, grid(batch.k1), steps);
    const whitened = tf.matMul(
      tf.reshape(tf.sub(fluxes, grid(batch.flux)), [profiles, 1, M]) as Tensor3D,
      tf.tensor3d(batch.whitening, [profiles, M, M]),
    );
    return tf.sum(tf.square(whitened)) as Scalar;
  };
  const problem: TrainingProblem = {
    parameters: arrays,
    lossAndGradients: tfjsGradients(tf, arrays, shapes, (parameters, step) => {
      const draw = batches.split(step);
      const batch = source(draw, P, () => draw.integer(rows.length), whitening);
      return tf.div(action(parameters, batch), P * M * unit) as Scalar;
    }),
  };
  const kept = rows.reduce((sum, row) => sum + row.heldOutCount, 0);
  if (kept > 0) {
    const batch = source(
      stream.split("held-out"),
      HELD_OUT_DRAWS * rows.length,
      (p) => p % rows.length,
      transposedWhitening(rows.map((row) => row.heldOutWhitening)),
    );
    problem.heldOutLoss = () =>
      tf.tidy(() => action(arrays.map((a, k) => tf.tensor(a, shapes[k])), batch).dataSync()[0]) /
      (HELD_OUT_DRAWS * kept * unit);
  }
  const curve = await minimise(problem, options);
  steps.dispose();
  return { model, curve };
}

/** Every profile is seen at this many (timestep, noise) draws when held-out elements are. */
const HELD_OUT_DRAWS = 3;

/** Whole profiles: network inputs `[profiles*M*(2+E)]`, K1 and fluxes `[profiles*M]`. */
interface Batch {
  readonly profiles: number;
  readonly x: Float32Array;
  readonly k1: Float32Array;
  readonly flux: Float32Array;
  /** `[profiles*M*M]`, transposed. */
  readonly whitening: Float32Array;
}

/** Draws profiles with noisy states; one timestep for a whole profile. */
function batchSource(
  model: DrivingForceModel,
  rows: readonly ForceRows[],
): (
  draw: RandomStream,
  profiles: number,
  profile: (p: number) => number,
  whitening: ReturnType<typeof transposedWhitening>,
) => Batch {
  const { weights, schedule, state } = model;
  const M = rows[0].density.length;
  const condition = rows.map((row) => densityCondition(model, row.density));
  const clean = rows.map((row) => row.observedForce.map((v) => (v - state.mean) / state.std));
  return (draw, profiles, profile, whitening) => {
    const B = profiles * M;
    const c = new Float32Array(B), y = new Float32Array(B), t = new Int32Array(B);
    const k1 = new Float32Array(B), flux = new Float32Array(B), white = new Float32Array(B * M);
    for (let p = 0; p < profiles; p++) {
      const which = profile(p);
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
    return { profiles, x: inputRows(weights, [c], y, (b) => t[b]), k1, flux, whitening: white };
  };
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
