/** The experiment configuration: schema, defaults, presets, profiles. @module */
export { ConfigError } from "./config_error.ts";
export { didYouMean } from "./did_you_mean.ts";
export { parseJson } from "./json_text.ts";
export { type NumberTable, parseNumberTable } from "./number_table.ts";
export {
  experimentFromJson,
  experimentJsonSchema,
  parseExperiment,
  parseSimulation,
  parseWith,
} from "./parse.ts";
export { preset, PRESET_NAMES, type PresetName } from "./presets.ts";
export { Profile, profileDensity, ProfileName, profileRange } from "./profile.ts";
export type { Scales } from "./processes/foreign.ts";
export {
  experimentFromSnapshots,
  type SnapshotFiles,
  snapshotsFromJson,
  type SnapshotSource,
} from "./snapshots.ts";
export { binaryKind, decodeText } from "./text_file.ts";
export {
  checkNames,
  type Experiment,
  type ExperimentInput,
  ExperimentName,
  isSimulated,
  Prediction,
  refusalIn,
  type SimulatedExperiment,
  type SnapshotExperiment,
  Training,
} from "./schema.ts";
