import { existsSync } from "node:fs";
import { join } from "node:path";
import { textParser, UserError } from "@spiediff/command-line";
import {
  type Experiment,
  parseExperiment,
  PRESET_NAMES,
  type PresetName,
} from "@spiediff/experiment";
import type { LoopsChoice } from "@spiediff/kmc";
import { experimentFlags, readRunExperiment, RUN_FILES, selectExperiment } from "@spiediff/train";

/** How a stage's command line names an experiment; a run folder that has one needs none of it. */
export interface RunFlags {
  readonly experiment?: string;
  readonly preset?: PresetName;
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
    values: PRESET_NAMES,
    brief: "Experiment that ships; for a new run folder",
    optional: true,
  },
} as const;

/** The positional parameter of every command that works on a run folder. */
export const runFolder = {
  kind: "tuple",
  parameters: [{ brief: "Run folder", placeholder: "RUN", parse: textParser }],
} as const;

/**
 * The experiment that the flags name, or else the run folder's own.
 *
 * @throws {UserError} if both or neither name one; {ConfigError} if it is not valid.
 */
export function experimentFor(folder: string, flags: RunFlags): Experiment {
  const { experiment, preset, seed } = flags;
  if (experiment !== undefined && preset !== undefined) {
    throw new UserError("Give --preset or --experiment, not both.");
  }
  if (experiment !== undefined || preset !== undefined) {
    return selectExperiment({ experiment, preset: preset ?? "lrm", seed });
  }
  if (!existsSync(join(folder, RUN_FILES.experiment))) {
    throw new UserError(
      `${folder} holds no experiment yet. Name one: --preset ${PRESET_NAMES.join("|")}, ` +
        "or --experiment FILE.",
    );
  }
  const own = readRunExperiment(folder);
  return seed === undefined ? own : parseExperiment({ ...own, seed });
}
