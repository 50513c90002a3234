import { join } from "node:path";
import { type Stage, type StageProgress, UserError, writeDurably } from "@spiediff/command-line";
import type { Experiment } from "@spiediff/experiment";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { readModel } from "@spiediff/model-artifact";
import { randomStream } from "@spiediff/random";
import { loadBackend, loadGraphRunner } from "@spiediff/tensor-backend";
import { checkpointFile, removeCheckpoints } from "./checkpoint_file.ts";
import { exportModel } from "./export_model.ts";
import { learn, type LearnedModels, type LearningStage } from "./learn.ts";
import {
  fingerprint as hashOf,
  readTrainingRecord,
  RUN_FILES,
  trainingFingerprint,
  type TrainingRecord,
} from "./run_folder.ts";
import { trainingData } from "./training_data.ts";
import { codeIdentity } from "./version.ts";

/** A run up to its model. */
export interface TrainedRun {
  readonly estimates: readonly OperatorEstimate[];
  readonly training: TrainingRecord;
}

/**
 * Trains on estimates and exports a model into the run folder. Takes up the checkpoints of a training of the
 * same estimates that was cut off; if its model is there, nothing is left to do.
 */
export function trainStage(
  experiment: Experiment,
  folder: string,
  estimates: readonly OperatorEstimate[],
): Stage<TrainedRun> {
  return {
    title: "Train mobility, free energy and epinets; export",
    async run(progress: StageProgress) {
      const kept = await keptTraining(folder, experiment, estimates);
      const training = kept ?? await train(experiment, folder, estimates, progress);
      // A kill may have come between the record and their removal.
      await removeCheckpoints(folder);
      return { estimates, training };
    },
  };
}

/**
 * The training whose model a run folder holds, if it is of this experiment and these estimates.
 *
 * @throws {UserError} as {@link hasModel}.
 */
export async function keptTraining(
  folder: string,
  experiment: Experiment,
  estimates: readonly OperatorEstimate[],
): Promise<TrainingRecord | undefined> {
  const kept = await readTrainingRecord(folder, experiment, estimates);
  return kept && await hasModel(folder, kept.fingerprint) ? kept : undefined;
}

async function train(
  experiment: Experiment,
  folder: string,
  estimates: readonly OperatorEstimate[],
  progress: StageProgress,
): Promise<TrainingRecord> {
  const { tf, name } = await loadBackend();
  const runner = await loadGraphRunner() ?? undefined;
  const backend = runner ? `${runner.name}, ${name}` : name;
  const { k1: mobility, freeEnergy } = experiment.training.steps;
  const before: Partial<Record<LearningStage, number>> = { "free energy": mobility };
  const stream = randomStream(experiment.training.seed ?? experiment.seed, "train");
  const fingerprint = await trainingFingerprint(experiment, estimates);
  const models = await learn(tf, trainingData(estimates, experiment), experiment.training, stream, {
    runner,
    checkpoint: (stage) => checkpointFile(folder, stage, `${fingerprint} on ${backend}`),
    onProgress: (stage, done, _total, loss) =>
      progress(
        (before[stage] ?? 0) + done,
        mobility + freeEnergy,
        `${stage}, loss ${loss.toPrecision(3)}`,
      ),
  });
  await exportModel(join(folder, RUN_FILES.model), experiment, models, {
    code: codeIdentity(),
    nodalDensityRule: estimates[0].nodalDensityRule,
    coverage: densityRange(estimates),
    madeFrom: { training: fingerprint, ...await estimateHashes(estimates) },
    training: { backend, ...lastLosses(models) },
  });
  const { curves, seconds, drivingForceEpinet: { tests } } = models;
  const training: TrainingRecord = { fingerprint, backend, curves, tests, seconds };
  await writeDurably(join(folder, RUN_FILES.training), JSON.stringify(training) + "\n");
  return training;
}

/**
 * Whether a run folder holds the model of a training, every byte right.
 *
 * @throws {UserError} if its model is damaged, or not the one that this training made.
 */
export async function hasModel(folder: string, fingerprint: string): Promise<boolean> {
  const path = join(folder, RUN_FILES.model);
  const again = `Delete ${path} and run \`spiediff train ${folder}\` to have it made again.`;
  let made: string | undefined;
  try {
    made = (await readModel(path)).manifest.madeFrom.training;
  } catch (error) {
    if ((error as { fault?: string }).fault === "missing") return false;
    throw new UserError(`${(error as Error).message} ${again}`);
  }
  if (made === fingerprint) return true;
  throw new UserError(`${path} is not the model of this run's training. ${again}`);
}

/** SHA-256 of each profile's estimate, as its file has it. */
async function estimateHashes(
  estimates: readonly OperatorEstimate[],
): Promise<Record<string, string>> {
  const entries = estimates.map(async (estimate) => {
    return [`estimate ${estimate.profileName}`, await hashOf(estimate)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Least and greatest nodal density that training saw. */
export function densityRange(estimates: readonly OperatorEstimate[]): [number, number] {
  const all = estimates.flatMap(({ density }) => density);
  return [Math.min(...all), Math.max(...all)];
}

function lastLosses(models: LearnedModels): Record<string, number> {
  return Object.fromEntries(
    Object.entries(models.curves).map((
      [stage, curve],
    ) => [`final loss, ${stage}`, curve.at(-1)!.loss]),
  );
}
