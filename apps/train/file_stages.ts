/** The stages one by one, each from the files that the one before has left in the run folder. */
import { isUsersMistake, type Stage, type StageProgress, UserError } from "@spiediff/command-line";
import type { Executor, Job } from "@spiediff/executor";
import type { Experiment } from "@spiediff/experiment";
import type { RingEstimate } from "@spiediff/fdt-operators";
import { type EstimateFault, readProfileEstimates, writeEstimates } from "./estimate_file.ts";
import { readPacked, recordPath } from "./record_file.ts";
import { recordingOf } from "./recording/recording_of.ts";
import { writeRunExperiment } from "./run_experiment.ts";
import { removeMerged } from "./shards/job.ts";
import type { WorkName } from "./shards/works.ts";
import { planSimulation, planTraining } from "./shards/plan_run.ts";

/** How a stage is carried out in shards. */
export interface ShardedOptions {
  readonly executor: Executor;
  /** Number of shards; what an earlier run has chosen, or a number that suits most machines. */
  readonly shards?: number;
  /** Keep the shards when they are merged. */
  readonly keepShards?: boolean;
  readonly signal?: AbortSignal;
}

/** Simulates the profiles whose records the folder lacks. */
export function simulateStage(
  experiment: Experiment,
  folder: string,
  options: ShardedOptions,
): Stage {
  return {
    title: "Simulate particles",
    async run(progress: StageProgress) {
      await writeRunExperiment(folder, experiment);
      const job = await planSimulation(folder, experiment, options.shards);
      await runSharded(folder, "simulate", job, options, progress);
    },
  };
}

/** Trains on the folder's estimates once for every seed; each becomes a run folder in RUN/seeds. */
export function trainSeedsStage(
  experiment: Experiment,
  folder: string,
  seeds: readonly number[],
  options: ShardedOptions,
): Stage {
  return {
    title: `Train ${seeds.length} seeds`,
    async run(progress: StageProgress) {
      const estimates = await readEstimates(folder, experiment);
      const job = await planTraining(folder, experiment, estimates, seeds, options.shards);
      await runSharded(folder, "train", job, options, progress);
    },
  };
}

/** Makes and merges a job's shards; without a job only what a kill has left is removed. */
export async function runSharded(
  folder: string,
  work: WorkName,
  job: Job | undefined,
  { executor, keepShards, signal }: ShardedOptions,
  onProgress: StageProgress,
): Promise<void> {
  if (job !== undefined) await executor.run(job, { onProgress, signal });
  // Also where nothing was left to do: a kill may have come between the results and this.
  if (!keepShards) await removeMerged(folder, work);
}

/**
 * Estimates operators from the folder's records, in the experiment's order.
 *
 * @param again Estimate also where the folder has the estimate of a record.
 */
export function estimateStage(
  experiment: Experiment,
  folder: string,
  { again = false } = {},
): Stage<readonly RingEstimate[]> {
  return {
    title: "Estimate operators",
    async run(progress: StageProgress) {
      const { profiles } = experiment;
      const estimates: RingEstimate[] = [];
      for (const [p, { name }] of profiles.entries()) {
        const kept = again ? "missing" : await readProfileEstimates(folder, experiment, name);
        if (typeof kept !== "string") estimates.push(...kept);
        else {
          estimates.push(...await estimateProfile(experiment, folder, name));
          progress(p + 1, profiles.length, name);
        }
      }
      return estimates;
    },
  };
}

async function estimateProfile(
  experiment: Experiment,
  folder: string,
  name: string,
): Promise<RingEstimate[]> {
  const record = await readPacked(folder, experiment, name);
  if (record === undefined) {
    throw new UserError(
      `${recordPath(folder, name)} is missing or belongs to another experiment. ` +
        `Make it by \`spiediff simulate ${folder}\`.`,
    );
  }
  const recording = recordingOf(experiment);
  const estimates = namingProfile(name, () => recording.estimate(record, experiment));
  await writeEstimates(folder, experiment, name, estimates, "record");
  return estimates;
}

/** What data cannot say is said with the profile that they are of. */
function namingProfile<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof RangeError && isUsersMistake(cause))) throw cause;
    throw new UserError(`Profile "${name}": ${cause.message}`);
  }
}

/**
 * All estimates of a run folder.
 *
 * @throws {UserError} naming the first profile that has none for this very experiment.
 */
export async function readEstimates(
  folder: string,
  experiment: Experiment,
): Promise<RingEstimate[]> {
  const estimates: RingEstimate[] = [];
  for (const { name } of experiment.profiles) {
    const found = await readProfileEstimates(folder, experiment, name);
    if (typeof found === "string") {
      throw new UserError(
        `${MISSING_ESTIMATE[found](folder, name)} Make it by \`spiediff estimate ${folder}\`.`,
      );
    }
    estimates.push(...found);
  }
  return estimates;
}

const MISSING_ESTIMATE: Record<EstimateFault, (folder: string, name: string) => string> = {
  "missing": (folder, name) => `${folder} has no estimate of profile "${name}" for its experiment.`,
  "other experiment": (folder, name) =>
    `${folder} has no estimate of profile "${name}" for its experiment, only one of another.`,
  "other record": (folder, name) =>
    `The estimate of profile "${name}" in ${folder} was made from other data than ` +
    `${recordPath(folder, name)} holds now.`,
};
