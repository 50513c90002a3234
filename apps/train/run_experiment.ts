/** The experiment that a run folder is of. */
import { join } from "node:path";
import { UserError, writeDurably } from "@spiediff/command-line";
import { type Experiment, parseExperiment } from "@spiediff/experiment";
import { readJson, RUN_FILES } from "./run_folder.ts";

/**
 * The experiment of a run folder.
 *
 * @throws {UserError} if there is none; {ConfigError} if it is not valid.
 */
export function readRunExperiment(folder: string): Experiment {
  const path = join(folder, RUN_FILES.experiment);
  const value = readJson(path);
  if (value === undefined) {
    throw new UserError(
      `${folder} is not a run folder: it has no ${RUN_FILES.experiment}. ` +
        "Start one by `spiediff simulate` or `spiediff demo`.",
    );
  }
  return parseExperiment(value);
}

/** Writes the experiment into its run folder. */
export function writeRunExperiment(folder: string, experiment: Experiment): Promise<void> {
  return writeDurably(
    join(folder, RUN_FILES.experiment),
    JSON.stringify(experiment, null, 2) + "\n",
  );
}
