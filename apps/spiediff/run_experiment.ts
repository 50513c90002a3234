import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@spiediff/command-line";
import { type Experiment, parseExperiment, PRESET_NAMES } from "@spiediff/experiment";
import { readRunExperiment, RUN_FILES, selectExperiment } from "@spiediff/train/stages";
import type { RunFlags } from "./run_flags.ts";

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
