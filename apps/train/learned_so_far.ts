import { ddimSteps, noiseSchedule } from "@spiediff/diffusion";
import {
  type CurvePoint,
  type DrivingForceModel,
  forceRows,
  holdOut,
  type MobilityModel,
  sampleDrivingForce,
  sampleMobility,
  trainDrivingForce,
  type TrainingState,
  trainMobility,
} from "@spiediff/diffusion-train";
import { STEERED_SAMPLER } from "@spiediff/epinet";
import type { Experiment } from "@spiediff/experiment";
import type { RingEstimate } from "@spiediff/fdt-operators";
import { randomStream } from "@spiediff/random";
import { loadBackend, type Tf } from "@spiediff/tensor-backend";
import { peekCheckpoint } from "./checkpoint_file.ts";
import { type LearningStage, mobilityAtData, scheduleSpec } from "./learn.ts";
import { trainingFingerprint } from "./run_folder.ts";
import { trainingData } from "./training_data.ts";

/** What an unfinished training has learned up to its last checkpoints. */
export interface LearnedSoFar {
  readonly curves: Partial<Record<LearningStage, readonly CurvePoint[]>>;
  /** Steps done of the stage that is under way. */
  readonly step: number;
  /** `[members][grid]` `K1 = -m/Delta`, by latent; the epinets' share comes with the finished model. */
  readonly K1: Float64Array[];
  /** `[members][grid]` f'; absent until its training has a checkpoint. */
  readonly drivingForce?: Float64Array[];
}

const MEMBERS = 64;

/**
 * Reads a run folder's checkpoints and evaluates their networks over densities. Disturbs nothing:
 * the training may be running.
 *
 * @returns null before the first checkpoint.
 */
export async function learnedSoFar(
  folder: string,
  experiment: Experiment,
  estimates: readonly RingEstimate[],
  density: readonly number[],
): Promise<LearnedSoFar | null> {
  const fingerprint = await trainingFingerprint(experiment, estimates);
  const state = peekCheckpoint(folder, "mobility", fingerprint);
  if (!state) return null;
  const { tf } = await loadBackend();
  const { training, seed } = experiment;
  const stream = randomStream(training.seed ?? seed, "train");
  const data = holdOut(
    trainingData(estimates, experiment),
    training.heldOut,
    stream.split("held-out"),
  );
  const draw = stream.split("watch");
  const latents = Float64Array.from({ length: MEMBERS }, draw.normal);
  // No step is left to do: these calls only put the kept parameters into their models.
  const options = (state: TrainingState) => ({
    hidden: training.hidden,
    batch: training.batch,
    learningRate: training.learningRate,
    schedule: noiseSchedule(scheduleSpec(training)),
    steps: state.step,
    checkpoint: { load: () => Promise.resolve(state), save: () => Promise.resolve() },
  });
  const mobility = (await trainMobility(tf, data, options(state), stream.split("mobility"))).model;
  const K1 = (await mobilityMembers(tf, mobility, density, latents)).map(
    (member) => member.map((m) => -experiment.elements * m),
  );
  const fState = peekCheckpoint(folder, "free energy", fingerprint);
  if (!fState) return { curves: { mobility: state.curve }, step: state.step, K1 };
  const rows = forceRows(
    data,
    await mobilityAtData(tf, mobility, data, stream.split("mobility-at-data")),
  );
  const force =
    (await trainDrivingForce(tf, rows, options(fState), stream.split("free-energy"))).model;
  return {
    curves: { mobility: state.curve, "free energy": fState.curve },
    step: fState.step,
    K1,
    drivingForce: await forceMembers(tf, force, density, latents),
  };
}

async function mobilityMembers(
  tf: Tf,
  model: MobilityModel,
  density: readonly number[],
  latents: Float64Array,
): Promise<Float64Array[]> {
  const { rho, latent } = tiled(density, latents);
  const flat = await sampleMobility(
    tf,
    model,
    ddimSteps(model.schedule, STEERED_SAMPLER.steps),
    rho,
    latent,
  );
  return rowsOf(flat, density.length);
}

async function forceMembers(
  tf: Tf,
  model: DrivingForceModel,
  density: readonly number[],
  latents: Float64Array,
): Promise<Float64Array[]> {
  const { rho, latent } = tiled(density, latents);
  const flat = await sampleDrivingForce(
    tf,
    model,
    ddimSteps(model.schedule, STEERED_SAMPLER.steps),
    rho,
    latent,
  );
  return rowsOf(flat, density.length);
}

/** Every density with every latent, member by member. */
function tiled(density: readonly number[], latents: Float64Array) {
  const n = density.length;
  return {
    rho: Float64Array.from({ length: n * latents.length }, (_, i) => density[i % n]),
    latent: Float32Array.from({ length: n * latents.length }, (_, i) => latents[Math.floor(i / n)]),
  };
}

function rowsOf(flat: ArrayLike<number>, n: number): Float64Array[] {
  return Array.from(
    { length: flat.length / n },
    (_, m) => Float64Array.from({ length: n }, (_, i) => flat[m * n + i]),
  );
}
