/** The experiment configuration: schema, defaults, presets, profiles. @module */
export { ConfigError, Profile, profileDensity, profileRange } from "@spiediff/user-text";
export { fieldsPreset, parseFieldsExperiment } from "./fields/presets.ts";
export { type FieldsExperiment, type FieldsProfile, startOf } from "./fields/schema.ts";
export {
  experimentFromJson,
  experimentJsonSchema,
  isOfFields,
  parseAnyExperiment,
  parseExperiment,
  parseSimulation,
} from "./parse.ts";
export {
  ALL_PRESET_NAMES,
  type AnyPresetName,
  FIELDS_PRESET_NAMES,
  PRESET_NAMES,
  type PresetName,
} from "./preset_names.ts";
export { experimentOnBonds, preset } from "./presets.ts";
export type { Scales } from "./processes/foreign.ts";
export {
  experimentFromSnapshots,
  type SnapshotFiles,
  snapshotsFromJson,
  type SnapshotSource,
} from "./snapshots.ts";
export {
  checkNames,
  checkRising,
  conservedField,
  describeParticles,
  dimensionOf,
  type Experiment,
  type ExperimentInput,
  ExperimentName,
  experimentUnits,
  externalFieldOf,
  isSimulated,
  Prediction,
  realizationsOf,
  refusalIn,
  type SimulatedExperiment,
  type SnapshotExperiment,
  Training,
} from "./schema.ts";
