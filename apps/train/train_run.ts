import { join } from "node:path";
import { type Stage, type StageProgress, UserError, writeDurably } from "@spiediff/command-line";
import type { Experiment } from "@spiediff/experiment";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { readModel } from "@spiediff/model-artifact";
import { randomStream } from "@spiediff/random";
import { loadBackend, loadGraphRunner } from "@spiediff/tensor-backend";
import { checkpointFile, removeCheckpoints } from "./checkpoint_file.ts";
import { estimateProfiles } from "./estimate.ts";
import { exportModel } from "./export_model.ts";
import { learn, type LearnedModels, type LearningStage } from "./learn.ts";
import { readEstimate, writeEstimate } from "./estimate_file.ts";
import {
  fingerprint as hashOf,
  readTrainingRecord,
  RUN_FILES,
  trainingFingerprint,
  type TrainingRecord,
} from "./run_folder.ts";
import { trainingData } from "./training_data.ts";
import { codeIdentity } from "./version.ts";

/** What the stages of a run leave for those that come after. */
export interface TrainedRun {
  estimates: OperatorEstimate[];
  training?: TrainingRecord;
}

export interface TrainRunOptions {
  readonly folder: string;
  readonly workers: number;
}

/**
 * The stages from particles to a model folder. Each leaves files in the run folder and takes up
 * what an earlier run with the same configuration has left there.
 */
export function trainStages(
  experiment: Experiment,
  options: TrainRunOptions,
  run: TrainedRun,
): Stage[] {
  return [
    { title: "Simulate particles, estimate operators", run: (p) => simulate(p) },
    { title: "Train mobility, free energy and epinets; export", run: (p) => train(p) },
  ];

  async function simulate(progress: StageProgress): Promise<void> {
    const { folder, workers } = options;
    await writeDurably(
      join(folder, RUN_FILES.experiment),
      JSON.stringify(experiment, null, 2) + "\n",
    );
    run.estimates = await estimateProfiles(experiment, {
      workers,
      onProgress: (done, total) => progress(done, total, `${done} of ${total} realizations`),
      recall: async (name) => {
        const kept = await readEstimate(folder, experiment, name);
        return typeof kept === "string" ? undefined : kept;
      },
      keep: (estimate) => writeEstimate(folder, experiment, estimate, "particles"),
    });
  }

  async function train(progress: StageProgress): Promise<void> {
    const { folder } = options;
    const modelFolder = join(folder, RUN_FILES.model);
    const earlier = await readTrainingRecord(folder, experiment, run.estimates);
    if (earlier && await hasModel(folder, earlier.fingerprint)) {
      run.training = earlier;
      // A kill may have come between the record and their removal.
      await removeCheckpoints(folder);
      return;
    }
    const { tf, name } = await loadBackend();
    const runner = await loadGraphRunner() ?? undefined;
    const backend = runner ? `${runner.name}, ${name}` : name;
    const { k1: mobility, freeEnergy } = experiment.training.steps;
    const before: Partial<Record<LearningStage, number>> = { "free energy": mobility };
    const stream = randomStream(experiment.training.seed ?? experiment.seed, "train");
    const fingerprint = await trainingFingerprint(experiment, run.estimates);
    const models = await learn(tf, trainingData(run.estimates), experiment.training, stream, {
      runner,
      checkpoint: (stage) => checkpointFile(folder, stage, `${fingerprint} on ${backend}`),
      onProgress: (stage, done, _total, loss) =>
        progress(
          (before[stage] ?? 0) + done,
          mobility + freeEnergy,
          `${stage}, loss ${loss.toPrecision(3)}`,
        ),
    });
    await exportModel(modelFolder, experiment, models, {
      code: codeIdentity(),
      nodalDensityRule: run.estimates[0].nodalDensityRule,
      coverage: densityRange(run.estimates),
      madeFrom: { training: fingerprint, ...await estimateHashes(run.estimates) },
      training: { backend, ...lastLosses(models) },
    });
    run.training = {
      fingerprint,
      backend,
      curves: models.curves,
      seconds: models.seconds,
    };
    await writeDurably(join(folder, RUN_FILES.training), JSON.stringify(run.training) + "\n");
    await removeCheckpoints(folder);
  }
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
