import { join } from "node:path";
import { UserError } from "@spiediff/command-line";
import type { Experiment } from "@spiediff/experiment";
import type { RingEstimate } from "@spiediff/fdt-operators";
import { readModel } from "@spiediff/model-artifact";
import { readTrainingRecord, RUN_FILES, type TrainingRecord } from "./run_folder.ts";

/**
 * The training whose model a run folder holds, if it is of this experiment and these estimates.
 *
 * @throws {UserError} as {@link hasModel}.
 */
export async function keptTraining(
  folder: string,
  experiment: Experiment,
  estimates: readonly RingEstimate[],
): Promise<TrainingRecord | undefined> {
  const kept = await readTrainingRecord(folder, experiment, estimates);
  return kept && await hasModel(folder, kept.fingerprint) ? kept : undefined;
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
