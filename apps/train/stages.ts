/** Run folders and the stages on them, which load what learns only where something is left to learn. @module */
export { designRecord } from "./precision/design_record.ts";
export { useEngine } from "./engine_flag.ts";
export { byProfile } from "./estimate_file.ts";
export { estimateProfiles, profileRuns, requireOwnParticles, sampleProfile } from "./estimate.ts";
export {
  estimateStage,
  readEstimates,
  type ShardedOptions,
  simulateStage,
  trainSeedsStage,
} from "./file_stages.ts";
export {
  fingerprint,
  readJson,
  readTrainingRecord,
  RUN_FILES,
  trainingFingerprint,
  type TrainingRecord,
} from "./run_folder.ts";
export { estimateFieldsStage, readFieldsEstimates } from "./fields/estimate_stage.ts";
export { simulateFieldsStage } from "./fields/simulate_stage.ts";
export { trainFieldsRun } from "./fields/train_run.ts";
export { keptFieldsModel, trainFieldsStage, trainingHash } from "./fields/train_stage.ts";
export { claimRunFolder } from "./run_contents.ts";
export { SHARD_PATIENCE, takeRunLock, withRunLock } from "./run_lock.ts";
export { defaultRunFolder } from "./run_name.ts";
export { type ExperimentFlags, selectExperiment } from "./select_experiment.ts";
export { densityRange } from "./density_range.ts";
export { hasModel, keptTraining } from "./kept_training.ts";
export { type TrainedRun, trainStage } from "./train_stage.ts";
export { trainRun } from "./train_run.ts";
export { readAnyRunExperiment, readRunExperiment, writeRunExperiment } from "./run_experiment.ts";
export { runClock, runSeconds } from "./run_seconds.ts";
export { ownExperiment } from "./own_process.ts";
export { planSimulation, planTraining } from "./shards/plan_run.ts";
export { DENO_AS_INSTALLED, plannedJob, plannedWorks } from "./shards/job.ts";
export type { WorkName } from "./shards/works.ts";
export { withShardLock } from "./shard_locks.ts";
export { simulationSeconds, windowWarnings } from "./simulation_forecast.ts";
export { startText } from "./start_text.ts";
export { codeText, computeOf } from "./shards/planned.ts";
export { seedFolder } from "./shards/seeds.ts";
export { codeIdentity, VERSION } from "./version.ts";
