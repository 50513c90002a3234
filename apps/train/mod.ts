/** Simulates particles, estimates operators, trains and exports a model folder. @module */
export { checkpointFile } from "./checkpoint_file.ts";
export { experimentFlags, overwriteFlag } from "./command.ts";
export { useEngine } from "./engine_flag.ts";
export { estimateProfiles, profileRuns, requireOwnParticles, sampleProfile } from "./estimate.ts";
export {
  estimateStage,
  readEstimates,
  type ShardedOptions,
  simulateStage,
  trainSeedsStage,
} from "./file_stages.ts";
export { exportModel, type Origin } from "./export_model.ts";
export { checkImportStage, importStage } from "./import_snapshots.ts";
export {
  distilEpinets,
  learn,
  learnDiffusion,
  type LearnedModels,
  learningData,
  type LearningStage,
} from "./learn.ts";
export { readLaterSnapshots } from "./later_snapshots.ts";
export { type LearnedSoFar, learnedSoFar } from "./learned_so_far.ts";
export {
  fingerprint,
  readJson,
  readTrainingRecord,
  RUN_FILES,
  trainingFingerprint,
  type TrainingRecord,
} from "./run_folder.ts";
export { claimRunFolder } from "./run_contents.ts";
export { SHARD_PATIENCE, takeRunLock, withRunLock } from "./run_lock.ts";
export { defaultRunFolder } from "./run_name.ts";
export { type ExperimentFlags, selectExperiment } from "./select_experiment.ts";
export {
  densityRange,
  hasModel,
  keptTraining,
  type TrainedRun,
  trainStage,
} from "./train_stage.ts";
export { trainRun } from "./train_run.ts";
export { readRunExperiment, writeRunExperiment } from "./run_experiment.ts";
export { runClock, runSeconds } from "./run_seconds.ts";
export { summaryText } from "./positions/summary.ts";
export { ownExperiment } from "./own_process.ts";
export { planSimulation, planTraining } from "./shards/plan_run.ts";
export { DENO_AS_INSTALLED, plannedJob, plannedWorks, type WorkName, WORKS } from "./shards/job.ts";
export { withShardLock } from "./shard_locks.ts";
export { simulationSeconds, windowWarnings } from "./simulation_forecast.ts";
export { startText } from "./start_text.ts";
export { codeText, computeOf } from "./shards/planned.ts";
export { seedFolder } from "./shards/seeds.ts";
export { lineData } from "./line_data.ts";
export { trainingData } from "./training_data.ts";
export { codeIdentity, VERSION } from "./version.ts";
