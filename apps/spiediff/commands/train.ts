import { join } from "node:path";
import { buildCommand } from "@stricli/core";
import { runStages } from "@spiediff/command-line";
import {
  experimentFlags,
  readEstimates,
  readRunExperiment,
  RUN_FILES,
  type TrainedRun,
  trainingStage,
} from "@spiediff/train";
import { runFolder } from "../run_experiment.ts";

interface TrainFlags {
  readonly workers: number;
  readonly json: boolean;
}

/** `train RUN`: estimates to a model folder. */
export const trainCommand = buildCommand<TrainFlags, [string]>({
  docs: {
    brief: "Train the diffusion models and epinets from a run folder's estimates",
    fullDescription: [
      "Reads RUN/estimates and writes RUN/model, which `spiediff predict` and any ONNX runtime can",
      "use. A training that was cut off goes on from its last checkpoint, to the same bits. Watch it",
      "by `spiediff watch RUN` from another terminal.",
      "",
      "EXAMPLES",
      "  spiediff train runs/first",
      "  spiediff train runs/first --json",
    ].join("\n"),
  },
  parameters: {
    positional: runFolder,
    flags: { workers: experimentFlags.workers, json: experimentFlags.json },
  },
  async func(flags, folder) {
    const experiment = readRunExperiment(folder);
    const run: TrainedRun = { estimates: await readEstimates(folder, experiment) };
    const stage = trainingStage(experiment, { folder, workers: flags.workers }, run);
    const seconds = await runStages([stage], { silent: flags.json });
    const model = join(folder, RUN_FILES.model);
    const { backend } = run.training!;
    this.process.stdout.write(
      flags.json
        ? JSON.stringify({ run: folder, model, backend, seconds }) + "\n"
        : `Model: ${model} (trained by ${backend})\n` +
          `Next: spiediff report ${folder}\n` +
          `  or: spiediff predict ${model} --profile "0.5+0.3*cos(2*pi*x)"\n`,
    );
  },
});
