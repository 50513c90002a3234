/** The experiment configuration: schema, defaults, presets, profiles. @module */
export { ConfigError, experimentFromJson, experimentJsonSchema, parseExperiment } from "./parse.ts";
export { preset, PRESET_NAMES, type PresetName } from "./presets.ts";
export { Profile, profileDensity, profileRange } from "./profile.ts";
export { experimentFromSnapshots, type SnapshotFiles, snapshotsFromJson } from "./snapshots.ts";
export type { Experiment, ExperimentInput } from "./schema.ts";
