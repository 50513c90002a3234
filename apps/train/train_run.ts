import type { StageRunner } from "@spiediff/command-line";
import { localExecutor } from "@spiediff/executor";
import type { Experiment } from "@spiediff/experiment";
import { estimateStage, simulateStage } from "./file_stages.ts";
import { type TrainedRun, trainStage } from "./train_stage.ts";

/**
 * From particles to a model folder, by the stages that `simulate`, `estimate` and `train` run one by one. Each
 * takes up what an earlier run of the same experiment has left in the run folder.
 */
export async function trainRun(
  experiment: Experiment,
  folder: string,
  workers: number,
  run: StageRunner,
): Promise<TrainedRun> {
  await run(simulateStage(experiment, folder, { executor: localExecutor({ workers }) }));
  const estimates = await run(estimateStage(experiment, folder));
  return await run(trainStage(experiment, folder, estimates));
}
