import { DEFAULT_SCHEDULE, noiseSchedule, signalAndNoise } from "@spiediff/diffusion";
import {
  type ForceRows,
  independent,
  type MobilityModel,
  type OperatorData,
  type TrainingOptions,
} from "@spiediff/diffusion-train";
import { exclusionDensity } from "@spiediff/law";
import type { DenseLayer } from "@spiediff/onnx-graph";
import { randomStream } from "@spiediff/random";
import { Matrix } from "ml-matrix";

/** Elements of the one profile that distillations are tested on. */
export const M = 20;
const schedule = noiseSchedule(DEFAULT_SCHEDULE);
/** The timesteps of DDIM with two steps. */
export const FIRST = schedule.steps - 1;
const LAST = schedule.steps / 2 - 1;

/** How the base networks of these tests are trained. */
export const baseOptions: TrainingOptions = {
  hidden: [32, 32],
  batch: 128,
  steps: 400,
  learningRate: 0.01,
  schedule,
};

/** f' of symmetric exclusion. */
export const exactForce = (rho: number) => Math.log(rho / (1 - rho));
/** Mobility of symmetric exclusion. */
export const exactMobility = (rho: number) => rho * (1 - rho);

/**
 * Symmetric exclusion on densities 0.3 to 0.7, with independent errors.
 *
 * @param error Of a flux; M times that of a mobility.
 */
export function exclusionData(error: number): OperatorData {
  const noise = randomStream(4, "noise");
  const density = Array.from({ length: M }, (_, i) => 0.5 + 0.2 * Math.cos(2 * Math.PI * i / M));
  const next = (e: number) => density[(e + 1) % M];
  // The mean over an element of a quadratic is that in the middle, and d^2/24 of its second derivative.
  const mobility = density.map((rho, e) =>
    exactMobility((rho + next(e)) / 2) - (next(e) - rho) ** 2 / 12
  );
  const flux = mobility.map((m, e) => -M * m * (exactForce(next(e)) - exactForce(density[e])));
  return {
    profileName: "ssep",
    field: exclusionDensity,
    density,
    mobility: mobility.map((m) => m + error / M * noise.normal()),
    mobilityStandardError: mobility.map(() => error / M),
    flux: flux.map((J) => J + error * noise.normal()),
    fluxStandardError: flux.map(() => error),
  };
}

/** The same as training of f' sees it. */
export function exclusionRows(error: number): ForceRows[] {
  const d = exclusionData(error);
  return [{
    profileName: d.profileName,
    field: exclusionDensity,
    density: Float64Array.from(d.density),
    observedForce: Float64Array.from(d.density, exactForce),
    mobility: Float64Array.from(d.mobility),
    flux: Float64Array.from(d.flux),
    knownForce: new Float64Array(d.flux.length),
    idealEnergy: 0,
    whitening: independent(d.fluxStandardError),
    statedErrors: Matrix.eye(M),
    heldOutWhitening: { apply: (x) => Matrix.zeros(x.rows, x.columns) },
    heldOutCount: 0,
    lawError: 0,
  }];
}

/** What epinets and heads need of a base network. */
type Base = Pick<MobilityModel, "weights" | "state" | "condition">;

/** Output and features of a base network at a density, state and timestep, in plain arithmetic. */
export function baseAt(
  { weights, condition }: Base,
  rho: number,
  state: number,
  timestep: number,
): { output: number; features: number[] } {
  const { perceptron, timeEmbedding, embeddingDim } = weights;
  const own = (rho - condition.offset) * condition.scale;
  const from = timestep * embeddingDim;
  let hidden = [own, state, ...timeEmbedding.subarray(from, from + embeddingDim)];
  const [first, ...others] = perceptron.layers;
  let output = affine(first, hidden);
  for (const layer of others) {
    hidden = output.map((a) => a / (1 + Math.exp(-a)));
    output = affine(layer, hidden);
  }
  return { output: output[0], features: [...hidden, own] };
}

/** The same at the end of DDIM with two steps, for a member of a latent that says `value` at its first step. */
export function lastOf(base: Base, rho: number, value: number, latent = 0) {
  const [signal, noise] = signalAndNoise(schedule, LAST);
  const state = signal * (value - base.state.mean) / base.state.std + noise * latent;
  return baseAt(base, rho, state, LAST);
}

function affine({ weight, bias, inputs, outputs }: DenseLayer, x: readonly number[]): number[] {
  return Array.from({ length: outputs }, (_, j) => {
    let a = bias[j];
    for (let i = 0; i < inputs; i++) a += x[i] * weight[i * outputs + j];
    return a;
  });
}
