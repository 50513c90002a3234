import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runStages, type Stage, type StageSeconds, UserError } from "@spiediff/command-line";
import {
  hasModel,
  readEstimates,
  readRunExperiment,
  readTrainingRecord,
  type TrainedRun,
} from "@spiediff/train";
import { keptBaseline } from "./baseline.ts";
import { bandCoverage } from "./band_coverage.ts";
import { type DemoOptions, type Made, predictionStage, writeResults } from "./demo_run.ts";
import type { RunResult } from "./run_result.ts";
import { type GroundTruth, groundTruth, hasGroundTruth } from "./ground_truth.ts";

/**
 * The report of a run folder that has a model: predicts again, simulates nothing. The direct
 * simulation is shown if the folder has it.
 *
 * @throws {UserError} naming what the folder lacks and the command that makes it.
 */
export async function reportRun(options: DemoOptions): Promise<RunResult> {
  const { folder, workers } = options;
  const experiment = readRunExperiment(folder);
  const estimates = await readEstimates(folder, experiment);
  const training = await readTrainingRecord(folder, experiment, estimates);
  if (!training || !await hasModel(folder, training.fingerprint)) {
    throw new UserError(
      `${folder} has no trained model of its experiment and estimates. ` +
        `Make it by \`spiediff train ${folder}\`.`,
    );
  }
  const run: TrainedRun = { estimates, training };
  const made: Made = {};
  const stages: Stage[] = [predictionStage(experiment, folder, workers, made)];
  let truth: GroundTruth | undefined;
  if (await hasGroundTruth(experiment, folder)) {
    stages.push({
      title: "Read the direct simulation",
      run: async (progress) => {
        truth = await groundTruth(experiment, folder, workers, progress);
      },
    });
  }
  const seconds = await runStages(stages, { silent: options.silent });
  const { prediction, law, predictionSeconds } = made as Required<Made>;
  const result: RunResult = {
    run,
    prediction,
    law,
    predictionSeconds,
    baseline: keptBaseline(folder, run),
    seconds: { ...earlierSeconds(folder), ...seconds },
    ...(truth ? { truth, coverage: bandCoverage(prediction, truth.statistics) } : {}),
  };
  await writeResults(experiment, options, result);
  return result;
}

/** Seconds of the stages that this run does not repeat, as far as they are known. */
function earlierSeconds(folder: string): StageSeconds {
  try {
    const { seconds } = JSON.parse(readFileSync(join(folder, "metrics.json"), "utf8"));
    return Object.fromEntries(
      Object.entries(seconds as StageSeconds).filter(([, s]) => Number.isFinite(s)),
    );
  } catch {
    return {};
  }
}
