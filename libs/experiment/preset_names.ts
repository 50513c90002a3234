/** Names of the experiments that ship with the code, for command lines that need no more of them. */
export const PRESET_NAMES = [
  "lrm",
  "short-weak",
  "short-strong",
  "arrhenius-short",
  "scarce",
  "zero-range",
  "inclusion",
  "generalised-exclusion",
  "energy-exchange",
  "kawasaki",
  "exclusion-2d",
  "arrhenius-2d",
  "zero-range-2d",
  "exclusion-3d",
  "quick",
] as const;
export type PresetName = typeof PRESET_NAMES[number];

/** Those of several fields. */
export const FIELDS_PRESET_NAMES = ["thermo-elastic-chain", "two-species"] as const;
export type FieldsPresetName = typeof FIELDS_PRESET_NAMES[number];

/** Names of all. */
export const ALL_PRESET_NAMES = [...PRESET_NAMES, ...FIELDS_PRESET_NAMES] as const;
export type AnyPresetName = typeof ALL_PRESET_NAMES[number];
