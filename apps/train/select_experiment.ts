import {
  type AnyPresetName,
  type Experiment,
  experimentFromJson,
  FIELDS_PRESET_NAMES,
  type FieldsExperiment,
  fieldsPreset,
  parseAnyExperiment,
  preset,
  type PresetName,
} from "@spiediff/experiment";
import { readUserText } from "./run_folder.ts";

/** How a command line names an experiment. */
export interface ExperimentFlags {
  /** A JSON file; wins over the preset. */
  readonly experiment?: string;
  readonly preset: AnyPresetName;
  readonly seed?: number;
  /** The preset's process in a small run. */
  readonly quick?: boolean;
}

/**
 * The experiment that the flags name.
 *
 * @throws {UserError} if the file cannot be read; {ConfigError} if it is not valid.
 */
export function selectExperiment(flags: ExperimentFlags): Experiment | FieldsExperiment {
  if (flags.experiment === undefined) return presetOf(flags);
  const path = flags.experiment;
  const text = readUserText(path, `The experiment file ${path}`);
  const experiment = experimentFromJson(text);
  return flags.seed === undefined
    ? experiment
    : parseAnyExperiment({ ...experiment, seed: flags.seed });
}

function presetOf({ preset: name, seed, quick }: ExperimentFlags): Experiment | FieldsExperiment {
  const ofFields = FIELDS_PRESET_NAMES.find((own) => own === name);
  return ofFields === undefined
    ? preset(name as PresetName, seed, quick)
    : fieldsPreset(ofFields, seed, quick);
}
