import type { Stage, StageProgress } from "@spiediff/command-line";
import type { Experiment } from "@spiediff/experiment";
import type { RingEstimate } from "@spiediff/fdt-operators";
import { removeCheckpoints } from "./checkpoint_file.ts";
import { keptTraining } from "./kept_training.ts";
import type { TrainingRecord } from "./run_folder.ts";

/** A run up to its model. */
export interface TrainedRun {
  readonly estimates: readonly RingEstimate[];
  readonly training: TrainingRecord;
}

/**
 * Trains on estimates and exports a model into the run folder. Takes up the checkpoints of a training of the
 * same estimates that was cut off; if its model is there, nothing is left to do.
 */
export function trainStage(
  experiment: Experiment,
  folder: string,
  estimates: readonly RingEstimate[],
): Stage<TrainedRun> {
  return {
    title: "Train mobility, free energy and epinets; export",
    async run(progress: StageProgress) {
      const kept = await keptTraining(folder, experiment, estimates);
      const training = kept ?? await trained(experiment, folder, estimates, progress);
      // A kill may have come between the record and their removal.
      await removeCheckpoints(folder);
      return { estimates, training };
    },
  };
}

/** What learns is loaded where there is something to learn. */
async function trained(
  ...work: Parameters<typeof import("./train_model.ts").trainModel>
): Promise<TrainingRecord> {
  const { trainModel } = await import("./train_model.ts");
  return await trainModel(...work);
}
