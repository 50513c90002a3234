import { signalAndNoise } from "@spiediff/diffusion";
import {
  densityCondition,
  type DrivingForceModel,
  EMBEDDING_DIM,
  type ForceRows,
  inputRows,
  parametersOf,
  tangent,
  whitenedFluxOperator,
} from "@spiediff/diffusion-train";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import { distil, type DistillationProblem } from "./distillation.ts";
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
  const frozen = parametersOf(base.weights.perceptron);
  const condition = rows.map((row) => densityCondition(base, row.density));
  const operators = rows.map((row) => whitenedFluxOperator(row.whitening, row.k1));
  const batches = stream.split("batches");
  const problem: DistillationProblem = {
    dataCount: rows.length * M,
    batch(step) {
      const draw = batches.split(step);
      const c = new Float32Array(B), y = new Float32Array(B), t = new Int32Array(B);
      const toward = new Float32Array(B * D), fluxOperator = new Float32Array(B * M);
      for (let p = 0; p < P; p++) {
        const which = draw.integer(rows.length);
        const timestep = draw.integer(schedule.steps);
        const [signal, noise] = signalAndNoise(schedule, timestep);
        for (let i = 0; i < M; i++) {
          const b = p * M + i;
          t[b] = timestep;
          c[b] = condition[which][i];
          const clean = (rows[which].observedForce[i] - state.mean) / state.std;
          y[b] = signal * clean + noise * draw.normal();
        }
        fluxOperator.set(operators[which], p * M * M);
        toward.set(directions.subarray(which * M * D, (which + 1) * M * D), p * M * D);
      }
      return {
        x: {
          data: inputRows(base.weights, [c], y, (b) => t[b]),
          shape: [B, 2 + EMBEDDING_DIM],
        },
        c: { data: c, shape: [B, 1] },
        fluxOperator: { data: fluxOperator, shape: [P, M, M] },
        directions: { data: toward, shape: [B, D] },
      };
    },
    features(on, { x, c }) {
      const parameters = frozen.arrays.slice(0, -1)
        .map((array, k) => on.constant(array, frozen.shapes[k]));
      const { hidden } = tangent(on, parameters, x, 2 + EMBEDDING_DIM);
      return { all: on.concat([hidden, c]), condition: c };
    },
    toData: (on, { fluxOperator }, change, columns) =>
      on.reshape(on.matMul(fluxOperator, on.reshape(change, [P, M, columns])), [B, columns]),
  };
  return { weights, curve: await distil(tf, weights, problem, options) };
}
