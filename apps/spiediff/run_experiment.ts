import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@spiediff/command-line";
import {
  ALL_PRESET_NAMES,
  type Experiment,
  type FieldsExperiment,
  parseAnyExperiment,
} from "@spiediff/experiment";
import { readAnyRunExperiment, RUN_FILES, selectExperiment } from "@spiediff/train/stages";
import type { RunFlags } from "./run_flags.ts";

/**
 * The experiment that the flags name, or else the run folder's own.
 *
 * @throws {UserError} if both or neither name one; {ConfigError} if it is not valid.
 */
export function experimentFor(folder: string, flags: RunFlags): Experiment | FieldsExperiment {
  const { experiment, preset, seed } = flags;
  if (experiment !== undefined && preset !== undefined) {
    throw new UserError("Give --preset or --experiment, not both.");
  }
  if (experiment !== undefined || preset !== undefined) {
    return selectExperiment({ experiment, preset: preset ?? "lrm", seed });
  }
  if (!existsSync(join(folder, RUN_FILES.experiment))) {
    throw new UserError(
      `${folder} holds no experiment yet. Name one: --preset ${ALL_PRESET_NAMES.join("|")}, ` +
        "or --experiment FILE.",
    );
  }
  const own = readAnyRunExperiment(folder);
  return seed === undefined ? own : parseAnyExperiment({ ...own, seed });
}
