/** The experiment configuration: schema, defaults, presets, profiles. @module */
export { ConfigError, Profile, profileDensity, profileRange } from "@spiediff/user-text";
export {
  experimentFromJson,
  experimentJsonSchema,
  parseExperiment,
  parseSimulation,
} from "./parse.ts";
export { preset, PRESET_NAMES, type PresetName } from "./presets.ts";
export { experimentFromSnapshots, type SnapshotFiles, snapshotsFromJson } from "./snapshots.ts";
export {
  conservedField,
  describeParticles,
  type Experiment,
  type ExperimentInput,
  isSimulated,
  type SimulatedExperiment,
  type SnapshotExperiment,
} from "./schema.ts";
