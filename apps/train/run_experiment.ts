/** The experiment that a run folder is of. */
import { join } from "node:path";
import { UserError, writeDurably } from "@spiediff/command-line";
import {
  type Experiment,
  type FieldsExperiment,
  parseAnyExperiment,
  parseExperiment,
} from "@spiediff/experiment";
import { readJson, RUN_FILES } from "./run_folder.ts";

/**
 * The experiment of a run folder.
 *
 * @throws {UserError} if there is none; {ConfigError} if it is not valid.
 */
export const readRunExperiment = (folder: string): Experiment =>
  parseExperiment(runExperimentJson(folder));

/** The same of one field or of several. */
export const readAnyRunExperiment = (folder: string): Experiment | FieldsExperiment =>
  parseAnyExperiment(runExperimentJson(folder));

function runExperimentJson(folder: string): unknown {
  const path = join(folder, RUN_FILES.experiment);
  const value = readJson(path);
  if (value === undefined) {
    throw new UserError(
      `${folder} is not a run folder: it has no ${RUN_FILES.experiment}. ` +
        "Start one by `spiediff simulate` or `spiediff demo`.",
    );
  }
  return value;
}

/** Writes the experiment into its run folder. */
export function writeRunExperiment(
  folder: string,
  experiment: Experiment | FieldsExperiment,
): Promise<void> {
  return writeDurably(
    join(folder, RUN_FILES.experiment),
    JSON.stringify(experiment, null, 2) + "\n",
  );
}
