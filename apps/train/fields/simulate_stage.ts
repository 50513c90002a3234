/** The stage from several fields' particles to records. */
import type { Stage, StageProgress } from "@spiediff/command-line";
import { isMerged, type Job, markMerged } from "@spiediff/executor";
import type { FieldsExperiment } from "@spiediff/experiment";
import { runSharded, type ShardedOptions } from "../file_stages.ts";
import { writeRunExperiment } from "../run_experiment.ts";
import { plannedJob, planWork } from "../shards/job.ts";
import { fieldRecordHash } from "./field_records.ts";
import { fieldsUnits, type SimulateFieldsArgument } from "./simulate_work.ts";

const WORK = "simulate-fields";

/** Simulates the profiles whose records the folder lacks. */
export function simulateFieldsStage(
  experiment: FieldsExperiment,
  folder: string,
  options: ShardedOptions,
): Stage {
  return {
    title: "Simulate particles",
    async run(progress: StageProgress) {
      await writeRunExperiment(folder, experiment);
      const job = await planFields(folder, experiment, options.shards);
      await runSharded(folder, WORK, job, options, progress);
    },
  };
}

/** Plans what is lacking, or takes up the plan under way; undefined if nothing is. */
async function planFields(
  folder: string,
  experiment: FieldsExperiment,
  shards?: number,
): Promise<Job | undefined> {
  const lacking: string[] = [];
  for (const { name } of experiment.profiles) {
    if (await fieldRecordHash(folder, experiment, name) === undefined) lacking.push(name);
  }
  const found = await plannedJob(folder, WORK);
  const under = found?.argument as SimulateFieldsArgument | undefined;
  const isSame = JSON.stringify(under?.experiment) === JSON.stringify(experiment);
  const isUnderWay = found && isSame && !await isMerged(found.folder, found.plan);
  if (lacking.length === 0) {
    if (isUnderWay) await markMerged(found.folder, found.plan);
    return undefined;
  }
  // A merge that was cut off between two records must not change what the shards are of.
  const profiles = isUnderWay ? under!.profiles : lacking;
  const argument: SimulateFieldsArgument = { experiment, profiles };
  return await planWork(folder, WORK, argument, fieldsUnits(argument), shards);
}
