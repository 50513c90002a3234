import { textParser } from "@spiediff/command-line";
import { ALL_PRESET_NAMES, type AnyPresetName } from "@spiediff/experiment/preset-names";
import type { LoopsChoice } from "@spiediff/kmc";
import { experimentFlags } from "@spiediff/train/flags";

/** How a stage's command line names an experiment; a run folder that has one needs none of it. */
export interface RunFlags {
  readonly experiment?: string;
  readonly preset?: AnyPresetName;
  readonly seed?: number;
  readonly workers: number;
  readonly engine?: LoopsChoice;
  readonly json: boolean;
}

/** The flags for {@link RunFlags}. */
export const runFlags = {
  ...experimentFlags,
  preset: {
    kind: "enum",
    values: ALL_PRESET_NAMES,
    brief: "Experiment that ships; for a new run folder",
    optional: true,
  },
} as const;

/** The positional parameter of every command that works on a run folder. */
export const runFolder = {
  kind: "tuple",
  parameters: [{ brief: "Run folder", placeholder: "RUN", parse: textParser }],
} as const;
