import { signalAndNoise } from "@spiediff/diffusion";
import { randomDenoiser } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import { meanAndStd } from "./_statistics.ts";
import { fieldCondition } from "./field_condition.ts";
import { type ForceRows, forceScaling, meanAction } from "./free_energy_data.ts";
import { EMBEDDING_DIM } from "./mobility_training.ts";
import { inputRows, parametersOf, tangent } from "./network.ts";
import { whitenedFluxOperator } from "./physics_layer.ts";
import { minimise } from "./training_loop.ts";
import { type Feeds, trainingProblem } from "./training_problem.ts";
import type { CurvePoint, DrivingForceModel, TrainingOptions } from "./types.ts";
import { whitened, type Whitening } from "./whitening.ts";

/**
 * Trains the conditional DDPM for the free energy through the trained mobility
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
  const M = nodesOf(rows);
  const model = freshModel(rows, options, stream.split("initial"));
  const all = parametersOf(model.weights.perceptron);
  const arrays = all.arrays.slice(0, -1); // All but the last bias, which is f's gauge.
  const shapes = all.shapes.slice(0, -1);
  const P = Math.max(1, Math.round(options.batch / M));
  const trained = batchSource(model, rows, rows.map((row) => row.whitening), M);
  const unit = meanAction(rows);
  const batches = stream.split("batches");
  const { schedule } = options;
  const slope = model.energyScale * model.condition.scale;
  const kept = rows.reduce((sum, row) => sum + row.heldOutCount, 0);
  const mostHeldOut = Math.max(...rows.map((row) => row.heldOutCount));
  const problem = await trainingProblem(tf, {
    parameters: arrays,
    shapes,
    batch(step) {
      const draw = batches.split(step);
      return trained(
        draw,
        P,
        () => draw.integer(rows.length),
        () => draw.integer(schedule.steps),
        P * M * unit,
      );
    },
    loss(on, parameters, { x, fluxOperator, flux, weight }) {
      const { derivative } = tangent(on, parameters, x, 2 + EMBEDDING_DIM);
      const force = on.reshape(on.mul(derivative, on.constant([slope], [1])), [-1, M, 1]);
      const residual = on.sub(on.matMul(fluxOperator, force), flux);
      return on.mul(on.sum(on.mul(residual, residual)), weight);
    },
    ...(kept === 0 ? {} : {
      heldOut: batchSource(model, rows, rows.map((row) => row.heldOutWhitening), mostHeldOut)(
        stream.split("held-out"),
        HELD_OUT_DRAWS * rows.length,
        (p) => p % rows.length,
        () => schedule.steps - 1,
        HELD_OUT_DRAWS * kept * unit,
      ),
    }),
  }, options.runner);
  try {
    return { model, curve: await minimise(problem, options) };
  } finally {
    await problem.release();
  }
}

/** Nodes of every profile. */
function nodesOf(rows: readonly ForceRows[]): number {
  const M = rows[0].density.length;
  if (rows.every((row) => row.density.length === M)) return M;
  throw new RangeError("All profiles of one training need the same number of nodes.");
}

/** Noise draws of every profile for its held-out elements, at the last timestep as for the mobility. */
const HELD_OUT_DRAWS = 3;

/**
 * Draws whole profiles with noisy states, one timestep for a profile: network inputs `x`
 * `[P*M, 2+E]`, the physics layer `[P,R,M]`, whitened fluxes `[P,R,1]`, and one over `normaliser`.
 *
 * @param last Number R of last rows that whitenings have: all others are zero.
 */
function batchSource(
  model: DrivingForceModel,
  rows: readonly ForceRows[],
  whitening: readonly Whitening[],
  last: number,
): (
  draw: RandomStream,
  profiles: number,
  profile: (p: number) => number,
  timestep: () => number,
  normaliser: number,
) => Feeds {
  const { weights, schedule, state } = model;
  const M = rows[0].density.length;
  const condition = rows.map((row) => fieldCondition(model.condition, row.density));
  const clean = rows.map((row) => row.observedForce.map((v) => (v - state.mean) / state.std));
  const operators = rows.map((row, p) =>
    whitenedFluxOperator(whitening[p], row.mobility).slice((M - last) * M)
  );
  const fluxes = rows.map((row, p) => whitened(whitening[p], row.flux).subarray(M - last));
  return (draw, profiles, profile, timestep, normaliser) => {
    const B = profiles * M;
    const c = new Float32Array(B), y = new Float32Array(B), t = new Int32Array(B);
    const fluxOperator = new Float32Array(profiles * last * M);
    const flux = new Float32Array(profiles * last);
    for (let p = 0; p < profiles; p++) {
      const which = profile(p);
      const now = timestep();
      const [signal, noise] = signalAndNoise(schedule, now);
      for (let i = 0; i < M; i++) {
        const b = p * M + i;
        t[b] = now;
        c[b] = condition[which][i];
        y[b] = signal * clean[which][i] + noise * draw.normal();
      }
      flux.set(fluxes[which], p * last);
      fluxOperator.set(operators[which], p * last * M);
    }
    const x = inputRows(weights, [c], y, (b) => t[b]);
    return {
      x: { data: x, shape: [B, x.length / B] },
      fluxOperator: { data: fluxOperator, shape: [profiles, last, M] },
      flux: { data: flux, shape: [profiles, last, 1] },
      weight: { data: Float32Array.of(1 / normaliser), shape: [1] },
    };
  };
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
    ideal: { energy: rows[0].idealEnergy, field: rows[0].field },
  };
}
