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
  whitened,
  whitenedFluxOperator,
} from "@spiediff/diffusion-train";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import type { Tensor2D } from "@tensorflow/tfjs";
import { Matrix } from "ml-matrix";
import { averageProfiles, calibrate } from "./calibration.ts";
import { distil, type ReadoutBlock } from "./distillation.ts";
import { epinetInputs, freshEpinet } from "./epinet.ts";
import { beside, perturbationDirections } from "./perturbation.ts";
import type { EpinetOptions, TrainedEpinet } from "./types.ts";

/**
 * Distils the epinet of f' through the physics layer (paper Eq. (10)).
 *
 * For every index phi the whitened fluxes of the corrected f' should move from the base network's
 * by `direction . phi`, a standard normal each; the base cancels from the residual. The correction
 * acts on f' itself: any function of the density is the derivative of some f, so each index still
 * has a free energy.
 *
 * The index has three parts: D random ones; one that at 1 moves the base network to the posterior
 * mean; and the whole index of K1, for fluxes pin the product of K1 and f', and where a member's K1
 * is larger its f' must be flatter.
 *
 * @param k1Response What each index of K1 does to K1 at the data, `[profiles][M][index]`.
 */
export function distilDrivingForceEpinet(
  tf: Tf,
  base: DrivingForceModel,
  rows: readonly ForceRows[],
  k1Response: readonly Matrix[],
  options: EpinetOptions,
  stream: RandomStream,
): TrainedEpinet {
  const M = rows[0].density.length;
  const { indexDim, visits } = options;
  const { schedule, state } = base;
  const hiddenDim = base.weights.perceptron.layers.at(-1)!.inputs;
  const initial = stream.split("initial");
  const weights = freshEpinet(
    hiddenDim + 1,
    1,
    indexDim,
    base.condition,
    state.std,
    initial,
    1 + k1Response[0].columns,
  );
  const draws = stream.split("visits");
  const profiles = rows.map((row) => ({
    clean: row.observedForce.map((v) => (v - state.mean) / state.std),
    condition: densityCondition(base, row.density),
    fluxes: whitened(row.whitening, row.flux),
    operator: Matrix.from1DArray(M, M, [...whitenedFluxOperator(row.whitening, row.k1)]),
  }));

  const slope = base.energyScale * base.condition.scale;
  function block(
    draw: RandomStream,
    timestep: number,
    p: number,
  ): ReadoutBlock & { readonly force: number[] } {
    const { clean, condition, operator, fluxes } = profiles[p];
    const [signal, noise] = signalAndNoise(schedule, timestep);
    const noisy = Float32Array.from(clean, (v) => signal * v + noise * draw.normal());
    const { force, features } = tf.tidy(() => {
      const width = 2 + EMBEDDING_DIM;
      const x = tf.tensor2d(inputRows(base.weights, [condition], noisy, () => timestep), [
        M,
        width,
      ]);
      const parameters = tensorsOf(tf, base.weights.perceptron).slice(0, -1);
      const { derivative, hidden } = tangent(tensorOperations(tf), parameters, x, width);
      return {
        force: derivative.dataSync(),
        features: tf.concat([hidden as Tensor2D, tf.tensor2d(condition, [M, 1])], 1).dataSync(),
      };
    });
    const inputs = epinetInputs(weights, features);
    inputs.forEach((row) => row.forEach((v, k) => row[k] = state.std * v));
    const own = Array.from(force, (v) => slope * v);
    const explained = Float64Array.from(operator.mmul(Matrix.columnVector(own)).to1DArray());
    return {
      inputs,
      force: own,
      explained,
      residual: fluxes.map((J, r) => J - explained[r]),
      response: (change) => operator.mmul(change),
    };
  }
  const { steps } = schedule;
  const numbers = Array.from({ length: visits }, (_, v) => v);
  // As a sample sees the data: at the last timestep, where the state says nothing of them.
  const last = draws.split("calibration");
  const seen = rows.map((row, p) => {
    const own = numbers.map((v) => block(last.split(v).split(p), steps - 1, p));
    const [profile] = averageProfiles(own, [M]);
    const force = own[0].force.map((_, i) => own.reduce((sum, o) => sum + o.force[i] / visits, 0));
    const coupling = fluxOfK1(row, force, k1Response[p]).neg();
    const residual = Matrix.columnVector([...profile.residual]);
    const directions = beside(
      perturbationDirections(M, indexDim, stream.split("directions").split(p)),
      residual,
      coupling,
    );
    const shift = coupling.getColumn(coupling.columns - 1);
    // The rows after these belong to held-out elements and are zero.
    const trained = M - row.heldOutCount;
    return {
      directions,
      profile: {
        design: profile.design.subMatrix(0, trained - 1, 0, profile.design.columns - 1),
        residual: profile.residual.map((r, i) => r + shift[i]).slice(0, trained),
        explained: profile.explained.slice(0, trained),
      },
    };
  });
  function* blocks() {
    for (const visit of numbers) {
      for (let p = 0; p < rows.length; p++) {
        const draw = draws.split(visit).split(p);
        yield { ...block(draw, draw.integer(steps), p), directions: seen[p].directions };
      }
    }
  }
  const curve = distil(weights, blocks(), visits);
  return { weights, curve, calibration: calibrate(seen.map(({ profile }) => profile)) };
}

/** What each index of K1 does to the whitened fluxes of a given f', `[M][D]`. */
function fluxOfK1({ whitening }: ForceRows, force: readonly number[], k1Response: Matrix): Matrix {
  const M = force.length;
  const change = k1Response.clone();
  for (let e = 0; e < M; e++) change.mulRow(e, force[(e + 1) % M] - force[e]);
  return Matrix.from1DArray(M, M, [...whitening]).mmul(change);
}
