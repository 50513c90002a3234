/** The experiment configuration: schema, defaults, presets, profiles. @module */
export { ConfigError, Profile, profileDensity, profileRange } from "@spiediff/user-text";
export {
  experimentFromJson,
  experimentJsonSchema,
  parseExperiment,
  parseSimulation,
} from "./parse.ts";
export { PRESET_NAMES, type PresetName } from "./preset_names.ts";
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
  type Experiment,
  type ExperimentInput,
  ExperimentName,
  externalFieldOf,
  isSimulated,
  Prediction,
  refusalIn,
  type SimulatedExperiment,
  type SnapshotExperiment,
  Training,
} from "./schema.ts";
