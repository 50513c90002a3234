import type { CommandContext } from "@stricli/core";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { secondsText, UserError } from "@spiediff/command-line";
import { type Experiment, type FieldsExperiment, isOfFields } from "@spiediff/experiment";
import {
  claimRunFolder,
  ownExperiment,
  requireOwnParticles,
  simulateStage,
  simulationSeconds,
  startText,
  useEngine,
  windowWarnings,
} from "@spiediff/train/stages";
import { afterwards } from "../chosen_executor.ts";
import type { ExecutorFlags } from "../executor_flags.ts";
import { experimentFor } from "../run_experiment.ts";
import type { RunFlags } from "../run_flags.ts";
import { runShards } from "../run_shards.ts";

/** Seconds; of shorter work nothing is said beforehand. */
const WORTH_SAYING = 10;

/** Does what `simulate` asks for. */
export async function runSimulate(
  this: CommandContext,
  flags: RunFlags & ExecutorFlags & { readonly overwrite: boolean; readonly process?: string },
  folder: string,
): Promise<void> {
  const experiment = await chosenExperiment(folder, flags);
  if (isOfFields(experiment)) {
    const { simulateFields } = await import("./fields_stages.ts");
    this.process.stdout.write(await simulateFields(experiment, folder, flags));
    return;
  }
  requireOwnParticles(experiment);
  const engine = useEngine(flags.engine, experiment.particles);
  const start = startText(experiment);
  const warnings = windowWarnings(experiment);
  const { seconds, detached } = await runShards(
    experiment,
    folder,
    "simulate",
    flags,
    (options) => simulateStage(experiment, folder, options),
    async () => {
      await claimRunFolder(folder, experiment, flags.overwrite);
      for (const warning of warnings) this.process.stderr.write(`warning: ${warning}\n`);
      if (flags.executor === "slurm" || existsSync(join(folder, "records"))) return;
      const forecast = await simulationSeconds(experiment, flags.workers);
      if (forecast < WORTH_SAYING) return;
      this.process.stderr.write(
        `note: simulating takes about ${secondsText(forecast)} on ${flags.workers} threads.\n`,
      );
    },
  );
  const profiles = experiment.profiles.map(({ name }) => name);
  this.process.stdout.write(
    flags.json
      ? JSON.stringify({ run: folder, profiles, start, engine, seconds, detached, warnings }) +
        "\n"
      : detached
      ? `Submitted. ${afterwards(folder)}\n`
      : `${start}\nEngine: ${engine}\nRecords of ${profiles.length} profiles: ${
        join(folder, "records")
      }\n` +
        `Next: spiediff estimate ${folder}\n`,
  );
}

/** The experiment that the flags name, with a process of one's own or without. */
async function chosenExperiment(
  folder: string,
  { process, ...flags }: RunFlags & { readonly process?: string },
): Promise<Experiment | FieldsExperiment> {
  if (process === undefined) return experimentFor(folder, flags);
  if (flags.preset !== undefined) {
    throw new UserError("Give --process or --preset, not both.");
  }
  return await ownExperiment({ ...flags, process });
}
