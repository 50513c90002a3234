import {
  type Experiment,
  experimentFromJson,
  parseExperiment,
  preset,
  type PresetName,
} from "@spiediff/experiment";
import { readUserText } from "./run_folder.ts";

/** How a command line names an experiment. */
export interface ExperimentFlags {
  /** A JSON file; wins over the preset. */
  readonly experiment?: string;
  readonly preset: PresetName;
  readonly seed?: number;
  /** The preset's process in a small run. */
  readonly quick?: boolean;
}

/**
 * The experiment that the flags name.
 *
 * @throws {UserError} if the file cannot be read; {ConfigError} if it is not valid.
 */
export function selectExperiment(flags: ExperimentFlags): Experiment {
  if (flags.experiment === undefined) return preset(flags.preset, flags.seed, flags.quick);
  const path = flags.experiment;
  const text = readUserText(path, `The experiment file ${path}`);
  const experiment = experimentFromJson(text);
  return flags.seed === undefined
    ? experiment
    : parseExperiment({ ...experiment, seed: flags.seed });
}
