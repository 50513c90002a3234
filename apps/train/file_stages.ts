/** The stages one by one, each from the files that the one before has left in the run folder. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Stage, type StageProgress, UserError, writeDurably } from "@spiediff/command-line";
import type { Executor, Job } from "@spiediff/executor";
import { type Experiment, parseExperiment } from "@spiediff/experiment";
import {
  closeCirculation,
  estimateOperators,
  type OperatorEstimate,
} from "@spiediff/fdt-operators";
import { type EstimateFault, readEstimate, writeEstimate } from "./estimate_file.ts";
import { readRecord, recordPath } from "./record_file.ts";
import { readJson, RUN_FILES } from "./run_folder.ts";
import { planSimulation, planTraining } from "./shards/plan_run.ts";
import { type TrainedRun, type TrainRunOptions, trainStages } from "./train_run.ts";

/**
 * The experiment of a run folder.
 *
 * @throws {UserError} if there is none; {ConfigError} if it is not valid.
 */
export function readRunExperiment(folder: string): Experiment {
  const path = join(folder, RUN_FILES.experiment);
  const value = readJson(path);
  if (value === undefined) {
    throw new UserError(
      `${folder} is not a run folder: it has no ${RUN_FILES.experiment}. ` +
        "Start one by `spiediff simulate` or `spiediff demo`.",
    );
  }
  return parseExperiment(value);
}

/** Writes the experiment into its run folder. */
export function writeRunExperiment(folder: string, experiment: Experiment): Promise<void> {
  return writeDurably(
    join(folder, RUN_FILES.experiment),
    JSON.stringify(experiment, null, 2) + "\n",
  );
}

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
      await runSharded(await planSimulation(folder, experiment, options.shards), options, progress);
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
      await runSharded(job, options, progress);
    },
  };
}

async function runSharded(
  job: Job | undefined,
  { executor, keepShards, signal }: ShardedOptions,
  onProgress: StageProgress,
): Promise<void> {
  if (job === undefined) return;
  await executor.run(job, { onProgress, signal });
  if (!keepShards) await rm(job.folder, { recursive: true, force: true });
}

/** Estimates operators from the folder's records; `into` is filled in the experiment's order. */
export function estimateStage(
  experiment: Experiment,
  folder: string,
  into: OperatorEstimate[],
): Stage {
  return {
    title: "Estimate operators",
    async run(progress: StageProgress) {
      const { profiles, particles: { beta, system } } = experiment;
      for (const [p, { name }] of profiles.entries()) {
        const record = await readRecord(folder, experiment, name);
        if (record === undefined) {
          throw new UserError(
            `${recordPath(folder, name)} is missing or belongs to another experiment. ` +
              `Make it by \`spiediff simulate ${folder}\`.`,
          );
        }
        const raw = estimateOperators(record, { beta });
        const estimate = system === "foreign" ? closeCirculation(raw) : raw;
        await writeEstimate(folder, experiment, estimate, "record");
        into.push(estimate);
        progress(p + 1, profiles.length, name);
      }
    },
  };
}

/**
 * All estimates of a run folder.
 *
 * @throws {UserError} naming the first profile that has none for this very experiment.
 */
export async function readEstimates(
  folder: string,
  experiment: Experiment,
): Promise<OperatorEstimate[]> {
  const estimates: OperatorEstimate[] = [];
  for (const { name } of experiment.profiles) {
    const estimate = await readEstimate(folder, experiment, name);
    if (typeof estimate === "string") {
      throw new UserError(
        `${MISSING_ESTIMATE[estimate](folder, name)} Make it by \`spiediff estimate ${folder}\`.`,
      );
    }
    estimates.push(estimate);
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

/** Trains and exports from the estimates that `run` holds; simulates nothing. */
export function trainingStage(
  experiment: Experiment,
  options: TrainRunOptions,
  run: TrainedRun,
): Stage {
  return trainStages(experiment, options, run)[1];
}
