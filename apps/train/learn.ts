import { ddimSteps, DEFAULT_SCHEDULE, noiseSchedule } from "@spiediff/diffusion";
import {
  type CheckpointStore,
  type CurvePoint,
  type DrivingForceModel,
  type ForceRows,
  forceRows,
  holdOut,
  type K1Model,
  k1Rows,
  meanK1,
  type OperatorData,
  trainDrivingForce,
  type TrainingProgress,
  trainK1,
} from "@spiediff/diffusion-train";
import {
  distilDrivingForceEpinet,
  distilK1Epinet,
  type EpinetOptions,
  STEERED_SAMPLER,
  type TrainedEpinet,
} from "@spiediff/epinet";
import type { Experiment } from "@spiediff/experiment";
import type { RandomStream } from "@spiediff/random";
import type { GraphRunner, Tf } from "@spiediff/tensor-backend";

/** Everything that training makes. */
export interface LearnedModels {
  readonly k1: K1Model;
  readonly drivingForce: DrivingForceModel;
  readonly k1Epinet: TrainedEpinet;
  readonly drivingForceEpinet: TrainedEpinet;
  readonly curves: Readonly<Record<LearningStage, CurvePoint[]>>;
  /** Wall-clock seconds of each training. */
  readonly seconds: Readonly<Record<LearningStage, number>>;
}

export type LearningStage = "K1" | "free energy" | "K1 epinet" | "driving-force epinet";

export interface LearnHooks {
  readonly onProgress?: (stage: LearningStage, ...progress: Parameters<TrainingProgress>) => void;
  /** Keeps a training's state, so that a killed run goes on from it to the same bits. */
  readonly checkpoint?: (stage: LearningStage) => CheckpointStore;
  /** Runs training steps natively; tfjs does without one. */
  readonly runner?: GraphRunner;
  readonly signal?: AbortSignal;
}

/** Latents over which the operator that the free energy is learned through is averaged. */
const OPERATOR_LATENTS = 64;

/**
 * Trains the four networks in the order of the data flow: K1, then f through the trained K1, then
 * an epinet for each.
 *
 * @param stream Everything random comes from its named children.
 */
export async function learn(
  tf: Tf,
  estimates: readonly OperatorData[],
  training: Experiment["training"],
  stream: RandomStream,
  hooks: LearnHooks = {},
): Promise<LearnedModels> {
  const { bases, data, rows, curves, seconds } = await learnDiffusion(
    tf,
    estimates,
    training,
    stream,
    hooks,
  );
  const epinet = { indexDim: training.indexDim, visits: training.epinetVisits };
  const epinets = distilEpinets(tf, bases, { data, rows }, epinet, stream);
  return {
    ...bases,
    k1Epinet: epinets.k1Epinet,
    drivingForceEpinet: epinets.drivingForceEpinet,
    curves: {
      ...curves,
      "K1 epinet": epinets.k1Epinet.curve,
      "driving-force epinet": epinets.drivingForceEpinet.curve,
    },
    seconds: { ...seconds, ...epinets.seconds } as Record<LearningStage, number>,
  };
}

/** The first half of {@link learn}: the two diffusion models, and the data that they were shown. */
export async function learnDiffusion(
  tf: Tf,
  estimates: readonly OperatorData[],
  training: Experiment["training"],
  stream: RandomStream,
  hooks: LearnHooks = {},
) {
  const data = holdOut(estimates, training.heldOut, stream.split("held-out"));
  const seconds: Partial<Record<LearningStage, number>> = {};
  const options = (stage: LearningStage, steps: number) => ({
    hidden: training.hidden,
    batch: training.batch,
    learningRate: training.learningRate,
    schedule: noiseSchedule(scheduleSpec(training)),
    steps,
    checkpoint: hooks.checkpoint?.(stage),
    runner: hooks.runner,
    signal: hooks.signal,
    onProgress: (...p: Parameters<TrainingProgress>) => hooks.onProgress?.(stage, ...p),
  });
  const timed = async <T>(stage: LearningStage, work: () => T | Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    seconds[stage] = (performance.now() - start) / 1000;
    return result;
  };
  const { k1: k1Steps, freeEnergy: fSteps } = training.steps;

  const k1 = await timed("K1", () => trainK1(tf, data, options("K1", k1Steps), stream.split("k1")));
  const rows = forceRows(data, await operatorAtData(tf, k1.model, data, stream.split("operator")));
  const force = await timed(
    "free energy",
    () => trainDrivingForce(tf, rows, options("free energy", fSteps), stream.split("free-energy")),
  );
  return {
    bases: { k1: k1.model, drivingForce: force.model },
    data,
    rows,
    curves: { K1: k1.curve, "free energy": force.curve },
    seconds,
  };
}

/** The data of both trainings: K1 as estimated, fluxes as the trained K1 reads them. */
export interface LearningData {
  readonly data: readonly OperatorData[];
  readonly rows: readonly ForceRows[];
}

/** The data that {@link learn} distils from, made again for a trained K1. */
export async function learningData(
  tf: Tf,
  k1: K1Model,
  estimates: readonly OperatorData[],
  training: Experiment["training"],
  stream: RandomStream,
): Promise<LearningData> {
  const data = holdOut(estimates, training.heldOut, stream.split("held-out"));
  const k1AtData = await operatorAtData(tf, k1, data, stream.split("operator"));
  return { data, rows: forceRows(data, k1AtData) };
}

/** Distils both epinets from trained base networks, that of f' knowing that of K1. */
export function distilEpinets(
  tf: Tf,
  { k1, drivingForce }: Pick<LearnedModels, "k1" | "drivingForce">,
  { data, rows }: LearningData,
  options: EpinetOptions,
  stream: RandomStream,
): Pick<LearnedModels, "k1Epinet" | "drivingForceEpinet"> & {
  readonly seconds: Pick<LearnedModels["seconds"], "K1 epinet" | "driving-force epinet">;
} {
  const timed = <T>(work: () => T): [T, number] => {
    const start = performance.now();
    const result = work();
    return [result, (performance.now() - start) / 1000];
  };
  const [k1Epinet, k1Seconds] = timed(() =>
    distilK1Epinet(tf, k1, data, options, stream.split("k1-epinet"))
  );
  const [drivingForceEpinet, forceSeconds] = timed(() =>
    distilDrivingForceEpinet(
      tf,
      drivingForce,
      rows,
      k1Epinet.atData,
      options,
      stream.split("driving-force-epinet"),
    )
  );
  return {
    k1Epinet,
    drivingForceEpinet,
    seconds: { "K1 epinet": k1Seconds, "driving-force epinet": forceSeconds },
  };
}

/** `[profiles][M]` mean K1 of the trained model at the data's own densities. */
export async function operatorAtData(
  tf: Tf,
  model: K1Model,
  data: readonly OperatorData[],
  stream: RandomStream,
): Promise<Float64Array[]> {
  const { left, right } = k1Rows(data);
  const latents = Float64Array.from({ length: OPERATOR_LATENTS }, stream.normal);
  const steps = ddimSteps(model.schedule, STEERED_SAMPLER.steps);
  const flat = await meanK1(tf, model, steps, left, right, latents);
  const M = data[0].density.length;
  return data.map((_, p) => flat.slice(p * M, (p + 1) * M));
}

export function scheduleSpec(training: Experiment["training"]) {
  const steps = training.diffusionSteps;
  return training.schedule === "cosine"
    ? { ...DEFAULT_SCHEDULE, steps }
    : { name: "linear" as const, steps, betaStart: 1e-4, betaEnd: 0.02 };
}
