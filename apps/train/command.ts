import { join } from "node:path";
import { buildCommand, type CommandContext } from "@stricli/core";
import { application, stageRunner, textParser } from "@spiediff/command-line";
import { type FieldsExperiment, isOfFields } from "@spiediff/experiment";
import type { LoopsChoice } from "@spiediff/kmc";
import { useEngine } from "./engine_flag.ts";
import { requireOwnParticles } from "./estimate.ts";
import { experimentFlags, overwriteFlag } from "./flags.ts";
import { claimRunFolder } from "./run_contents.ts";
import { RUN_FILES } from "./run_folder.ts";
import { withRunLock } from "./run_lock.ts";
import { type ExperimentFlags, selectExperiment } from "./select_experiment.ts";
import { runClock } from "./run_seconds.ts";
import { trainFieldsRun } from "./fields/train_run.ts";
import { trainRun } from "./train_run.ts";
import { VERSION } from "./version.ts";

interface TrainFlags extends Omit<ExperimentFlags, "quick"> {
  readonly out: string;
  readonly overwrite: boolean;
  readonly workers: number;
  readonly engine?: LoopsChoice;
  readonly json: boolean;
}

/** The same for several fields. */
async function trainFields(
  flags: TrainFlags,
  experiment: FieldsExperiment,
  { stdout }: CommandContext["process"],
): Promise<void> {
  const { seconds } = await withRunLock(flags.out, "train", async () => {
    await claimRunFolder(flags.out, experiment, flags.overwrite);
    const clock = await runClock(flags.out, experiment);
    const run = stageRunner({ silent: flags.json, clock });
    await trainFieldsRun(experiment, flags.out, flags.workers, run);
    return run;
  });
  const model = join(flags.out, RUN_FILES.model);
  stdout.write(flags.json ? JSON.stringify({ model, seconds }) + "\n" : `Model: ${model}\n`);
}

/** The `train` command: particles to a model folder. */
export const trainApplication = application(
  "train",
  VERSION,
  buildCommand<TrainFlags, []>({
    docs: {
      brief: "Simulate particles, estimate operators, train and export a model folder",
      fullDescription: [
        "Runs the stages from particles to a model. Every stage leaves its files in the run folder,",
        "and a run that was cut off goes on from them when it is started again.",
        "",
        "EXAMPLES",
        "  train --preset lrm --out runs/lrm",
        "  train --experiment my-experiment.json --seed 7 --out runs/mine --json",
      ].join("\n"),
    },
    parameters: {
      flags: {
        ...experimentFlags,
        ...overwriteFlag,
        out: { kind: "parsed", parse: textParser, brief: "Run folder", default: "runs/train" },
      },
    },
    async func(flags) {
      const experiment = selectExperiment(flags);
      if (isOfFields(experiment)) return await trainFields(flags, experiment, this.process);
      requireOwnParticles(experiment);
      const engine = useEngine(flags.engine, experiment.particles);
      const { run, estimates } = await withRunLock(flags.out, "train", async () => {
        await claimRunFolder(flags.out, experiment, flags.overwrite);
        const clock = await runClock(flags.out, experiment);
        const run = stageRunner({ silent: flags.json, clock });
        return { run, ...await trainRun(experiment, flags.out, flags.workers, run) };
      });
      const model = join(flags.out, RUN_FILES.model);
      const warnings = estimates.flatMap((e) =>
        e.warnings.map((text) => `${e.profileName}: ${text}`)
      );
      if (flags.json) {
        const output = { model, engine, seconds: run.seconds, warnings };
        this.process.stdout.write(JSON.stringify(output) + "\n");
        return;
      }
      for (const warning of warnings) this.process.stderr.write(`warning: ${warning}\n`);
      this.process.stdout.write(`Engine: ${engine}\nModel: ${model}\n`);
    },
  }),
);
