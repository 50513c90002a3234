import { ddimSteps, DEFAULT_SCHEDULE, noiseSchedule } from "@spiediff/diffusion";
import {
  type CheckpointStore,
  type CurvePoint,
  type DrivingForceModel,
  type ForceRows,
  forceRows,
  holdOut,
  type LearnedGradientEnergy,
  meanMobility,
  type MobilityModel,
  mobilityRows,
  type OperatorData,
  trainDrivingForce,
  type TrainingProgress,
  trainMobility,
} from "@spiediff/diffusion-train";
import {
  distilDrivingForceEpinet,
  distilMobilityEpinet,
  type EpinetOptions,
  STEERED_SAMPLER,
  type TrainedEpinet,
  type TrainedForceEpinet,
} from "@spiediff/epinet";
import type { Experiment } from "@spiediff/experiment";
import type { RandomStream } from "@spiediff/random";
import type { GraphRunner, Tf } from "@spiediff/tensor-backend";

/** Everything that training makes. */
export interface LearnedModels {
  readonly mobility: MobilityModel;
  readonly drivingForce: DrivingForceModel;
  readonly mobilityEpinet: TrainedEpinet;
  readonly drivingForceEpinet: TrainedForceEpinet;
  /** Error of the law itself relative to fluxes, as the data show it. */
  readonly lawError: number;
  /** What was taken out of the data; nothing when absent. */
  readonly gradientEnergy?: LearnedGradientEnergy | undefined;
  readonly curves: Readonly<Record<LearningStage, CurvePoint[]>>;
  /** Wall-clock seconds of each training. */
  readonly seconds: Readonly<Record<LearningStage, number>>;
}

export type LearningStage = "mobility" | "free energy" | "mobility epinet" | "driving-force epinet";

/** Where a training's state is kept, with the seconds that earlier attempts have spent on it. */
type Store = CheckpointStore & { readonly earlierSeconds?: () => number };

export interface LearnHooks {
  readonly onProgress?: (stage: LearningStage, ...progress: Parameters<TrainingProgress>) => void;
  /** Keeps a training's state, so that a killed run goes on from it to the same bits. */
  readonly checkpoint?: (stage: LearningStage) => Store;
  /** Runs training steps natively; tfjs does without one. */
  readonly runner?: GraphRunner;
  readonly signal?: AbortSignal;
}

/** Latents over which the mobility that the free energy is learned through is averaged. */
const MOBILITY_LATENTS = 64;

/**
 * Trains the four networks in the order of the data flow: the mobility, then f through the trained
 * mobility, then an epinet for each.
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
    mobilityEpinet: epinets.mobilityEpinet,
    drivingForceEpinet: epinets.drivingForceEpinet,
    lawError: rows[0].lawError,
    gradientEnergy: estimates[0].gradientEnergy,
    curves: {
      ...curves,
      "mobility epinet": epinets.mobilityEpinet.curve,
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
  const options = (stage: LearningStage, steps: number, checkpoint?: Store) => ({
    hidden: training.hidden,
    batch: training.batch,
    learningRate: training.learningRate,
    schedule: noiseSchedule(scheduleSpec(training)),
    steps,
    checkpoint,
    runner: hooks.runner,
    signal: hooks.signal,
    onProgress: (...p: Parameters<TrainingProgress>) => hooks.onProgress?.(stage, ...p),
  });
  const timed = async <T>(
    stage: LearningStage,
    work: (store?: Store) => T | Promise<T>,
  ): Promise<T> => {
    const store = hooks.checkpoint?.(stage);
    const start = performance.now();
    const result = await work(store);
    seconds[stage] = (store?.earlierSeconds?.() ?? 0) + (performance.now() - start) / 1000;
    return result;
  };
  const { k1: mobilitySteps, freeEnergy: fSteps } = training.steps;

  const mobility = await timed(
    "mobility",
    (kept) =>
      trainMobility(tf, data, options("mobility", mobilitySteps, kept), stream.split("mobility")),
  );
  const rows = forceRows(
    data,
    await mobilityAtData(tf, mobility.model, data, stream.split("mobility-at-data")),
  );
  const force = await timed(
    "free energy",
    (kept) =>
      trainDrivingForce(
        tf,
        rows,
        options("free energy", fSteps, kept),
        stream.split("free-energy"),
      ),
  );
  return {
    bases: { mobility: mobility.model, drivingForce: force.model },
    data,
    rows,
    curves: { mobility: mobility.curve, "free energy": force.curve },
    seconds,
  };
}

/** The data of both trainings: mobilities as estimated, fluxes as the trained mobility reads them. */
export interface LearningData {
  readonly data: readonly OperatorData[];
  readonly rows: readonly ForceRows[];
}

/** The data that {@link learn} distils from, made again for a trained mobility. */
export async function learningData(
  tf: Tf,
  mobility: MobilityModel,
  estimates: readonly OperatorData[],
  training: Experiment["training"],
  stream: RandomStream,
): Promise<LearningData> {
  const data = holdOut(estimates, training.heldOut, stream.split("held-out"));
  const atData = await mobilityAtData(tf, mobility, data, stream.split("mobility-at-data"));
  return { data, rows: forceRows(data, atData) };
}

/** Distils both epinets from trained base networks, that of f' knowing that of the mobility. */
export function distilEpinets(
  tf: Tf,
  { mobility, drivingForce }: Pick<LearnedModels, "mobility" | "drivingForce">,
  { data, rows }: LearningData,
  options: EpinetOptions,
  stream: RandomStream,
): Pick<LearnedModels, "mobilityEpinet" | "drivingForceEpinet"> & {
  readonly seconds: Pick<LearnedModels["seconds"], "mobility epinet" | "driving-force epinet">;
} {
  const timed = <T>(work: () => T): [T, number] => {
    const start = performance.now();
    const result = work();
    return [result, (performance.now() - start) / 1000];
  };
  const [mobilityEpinet, mobilitySeconds] = timed(() =>
    distilMobilityEpinet(tf, mobility, data, options, stream.split("mobility-epinet"))
  );
  const [drivingForceEpinet, forceSeconds] = timed(() =>
    distilDrivingForceEpinet(
      tf,
      drivingForce,
      rows,
      mobilityEpinet.atData,
      options,
      stream.split("driving-force-epinet"),
    )
  );
  return {
    mobilityEpinet,
    drivingForceEpinet,
    seconds: { "mobility epinet": mobilitySeconds, "driving-force epinet": forceSeconds },
  };
}

/** `[profiles][M]` mean mobility of the trained model at the data's own densities. */
export async function mobilityAtData(
  tf: Tf,
  model: MobilityModel,
  data: readonly OperatorData[],
  stream: RandomStream,
): Promise<Float64Array[]> {
  const { left, right } = mobilityRows(data);
  const latents = Float64Array.from({ length: MOBILITY_LATENTS }, stream.normal);
  const steps = ddimSteps(model.schedule, STEERED_SAMPLER.steps);
  const flat = await meanMobility(tf, model, steps, left, right, latents);
  const M = data[0].density.length;
  return data.map((_, p) => flat.slice(p * M, (p + 1) * M));
}

export function scheduleSpec(training: Experiment["training"]) {
  const steps = training.diffusionSteps;
  return training.schedule === "cosine"
    ? { ...DEFAULT_SCHEDULE, steps }
    : { name: "linear" as const, steps, betaStart: 1e-4, betaEnd: 0.02 };
}
