import { join } from "node:path";
import { type StageProgress, writeDurably } from "@spiediff/command-line";
import type { Experiment } from "@spiediff/experiment";
import type { RingEstimate } from "@spiediff/fdt-operators";
import { randomStream } from "@spiediff/random";
import { loadBackend, loadGraphRunner } from "@spiediff/tensor-backend";
import { checkpointFile } from "./checkpoint_file.ts";
import { densityRange } from "./density_range.ts";
import { byProfile } from "./estimate_file.ts";
import { exportModel } from "./export_model.ts";
import { learn, type LearnedModels, type LearningStage } from "./learn.ts";
import {
  fingerprint as hashOf,
  RUN_FILES,
  trainingFingerprint,
  type TrainingRecord,
} from "./run_folder.ts";
import { trainingData } from "./training_data.ts";
import { codeIdentity } from "./version.ts";

/** Trains on estimates from their last checkpoints on, and exports a model into the run folder. */
export async function trainModel(
  experiment: Experiment,
  folder: string,
  estimates: readonly RingEstimate[],
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

/** SHA-256 of each profile's estimate, as its file has it. */
async function estimateHashes(
  estimates: readonly RingEstimate[],
): Promise<Record<string, string>> {
  const entries = [...byProfile(estimates)].map(async ([name, own]) => {
    return [`estimate ${name}`, await hashOf(own[0].line === undefined ? own[0] : own)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

function lastLosses(models: LearnedModels): Record<string, number> {
  return Object.fromEntries(
    Object.entries(models.curves).map((
      [stage, curve],
    ) => [`final loss, ${stage}`, curve.at(-1)!.loss]),
  );
}
