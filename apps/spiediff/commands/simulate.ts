import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildCommand } from "@stricli/core";
import { secondsText, textParser, UserError } from "@spiediff/command-line";
import type { Experiment } from "@spiediff/experiment";
import {
  claimRunFolder,
  overwriteFlag,
  ownExperiment,
  requireOwnParticles,
  simulateStage,
  simulationSeconds,
  startText,
  useEngine,
  windowWarnings,
} from "@spiediff/train";
import { afterwards, type ExecutorFlags, executorFlags } from "../executor_flags.ts";
import { experimentFor, type RunFlags, runFlags, runFolder } from "../run_experiment.ts";
import { runShards } from "../run_shards.ts";

/** Seconds; of shorter work nothing is said beforehand. */
const WORTH_SAYING = 10;

const processFlag = {
  process: {
    kind: "parsed",
    parse: textParser,
    brief: "TypeScript module of a process of one's own",
    optional: true,
  },
} as const;

/** The experiment that the flags name, with a process of one's own or without. */
async function chosenExperiment(
  folder: string,
  { process, ...flags }: RunFlags & { readonly process?: string },
): Promise<Experiment> {
  if (process === undefined) return experimentFor(folder, flags);
  if (flags.preset !== undefined) {
    throw new UserError("Give --process or --preset, not both.");
  }
  return await ownExperiment({ ...flags, process });
}

/** `simulate RUN`: particles to records. */
export const simulateCommand = buildCommand<
  RunFlags & ExecutorFlags & { readonly overwrite: boolean; readonly process?: string },
  [string]
>({
  docs: {
    brief: "Simulate short particle runs; keep their moments in a run folder",
    fullDescription: [
      "Simulates every profile of an experiment and keeps its moments in RUN/records, one file a",
      "profile. A run that was cut off goes on where it was; a folder that has an experiment needs no",
      "flag. With --executor slurm a job array makes the shards and a job behind it merges; Ctrl-C",
      "leaves, and the work goes on (docs/many-machines.md).",
      "",
      "EXAMPLES",
      "  spiediff simulate runs/first --preset quick",
      "  spiediff simulate runs/mine --experiment my-experiment.json --seed 7",
      "  spiediff simulate runs/mine --json",
      "  spiediff simulate runs/own --process my_process.ts    # docs/own-process.md",
      "  spiediff simulate runs/big --preset lrm --executor slurm --shards 200 --time 30 --memory 1G",
    ].join("\n"),
  },
  parameters: {
    positional: runFolder,
    flags: { ...runFlags, ...overwriteFlag, ...processFlag, ...executorFlags },
  },
  async func(flags, folder) {
    const experiment = await chosenExperiment(folder, flags);
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
  },
});
