import { stageRunner, UserError } from "@spiediff/command-line";
import { type Experiment, isSimulated } from "@spiediff/experiment";
import { bandCoverage } from "@spiediff/run-report";
import {
  designRecord,
  keptTraining,
  readEstimates,
  readRunExperiment,
  runClock,
  runSeconds,
  type TrainedRun,
} from "@spiediff/train";
import { keptBaseline } from "./baseline.ts";
import { type DemoOptions, predictionStage, unitsOf, writeResults } from "./demo_run.ts";
import type { RunResult } from "./run_result.ts";
import { groundTruthStage, hasGroundTruth } from "./ground_truth.ts";

/**
 * The report of a run folder that has a model: predicts again, simulates nothing. The direct
 * simulation is shown if the folder has it.
 *
 * @throws {UserError} naming what the folder lacks and the command that makes it.
 */
export async function reportRun(options: DemoOptions): Promise<RunResult> {
  const { folder, workers, silent } = options;
  const experiment = readRunExperiment(folder);
  const trained = await readTrainedRun(folder, experiment);
  const run = stageRunner({ silent, clock: await runClock(folder, experiment) });
  const predicted = await run(
    predictionStage(experiment, folder, workers, unitsOf(experiment, options)),
  );
  const truth = isSimulated(experiment) && await hasGroundTruth(experiment, folder)
    ? await run(groundTruthStage(experiment, folder, workers))
    : undefined;
  const design = await designRecord(folder, experiment);
  const result: RunResult = {
    run: trained,
    ...predicted,
    baseline: keptBaseline(folder, trained),
    seconds: runSeconds(folder),
    ...(design ? { design } : {}),
    ...(truth ? { truth, coverage: bandCoverage(predicted.prediction, truth.statistics) } : {}),
  };
  await writeResults(experiment, options, result);
  return result;
}

/** What the stages up to the model have left in a run folder. */
async function readTrainedRun(folder: string, experiment: Experiment): Promise<TrainedRun> {
  const estimates = await readEstimates(folder, experiment);
  const training = await keptTraining(folder, experiment, estimates);
  if (training !== undefined) return { estimates, training };
  throw new UserError(
    `${folder} has no trained model of its experiment and estimates. ` +
      `Make it by \`spiediff train ${folder}\`.`,
  );
}
