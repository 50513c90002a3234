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
  "quick",
] as const;
export type PresetName = typeof PRESET_NAMES[number];
