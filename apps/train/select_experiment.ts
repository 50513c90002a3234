import { readFileSync } from "node:fs";
import { unreadableFile } from "@spiediff/command-line";
import {
  type Experiment,
  experimentFromJson,
  parseExperiment,
  preset,
  type PresetName,
} from "@spiediff/experiment";

/** How a command line names an experiment. */
export interface ExperimentFlags {
  /** A JSON file; wins over the preset. */
  readonly experiment?: string;
  readonly preset: PresetName;
  readonly seed?: number;
}

/**
 * The experiment that the flags name.
 *
 * @throws {UserError} if the file cannot be read; {ConfigError} if it is not valid.
 */
export function selectExperiment(flags: ExperimentFlags): Experiment {
  if (flags.experiment === undefined) return preset(flags.preset, flags.seed);
  let text: string;
  try {
    text = readFileSync(flags.experiment, "utf8");
  } catch (cause) {
    throw unreadableFile(`The experiment file ${flags.experiment}`, cause);
  }
  const experiment = experimentFromJson(text);
  return flags.seed === undefined
    ? experiment
    : parseExperiment({ ...experiment, seed: flags.seed });
}
