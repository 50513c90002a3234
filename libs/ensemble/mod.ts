/** Ensembles of realizations: blocks, moments, worker pool, records; knows no process. @module */
export { type CreateAccumulator, plainAccumulator } from "./accumulator.ts";
export { answerTasks } from "./answer_tasks.ts";
export { blocksOf, type EnsembleBlocks } from "./blocks.ts";
export { checkTimes } from "./checks.ts";
export { type EnsembleRecord, planEnsemble, runEnsemble, type RunHooks } from "./ensemble.ts";
export type { EnsembleHead, EnsembleOptions, EnsemblePlan } from "./ensemble.ts";
export { createFieldsRecord, type FieldsRecord } from "./fields_record.ts";
export type { Words } from "./job.ts";
export {
  addRecord,
  copyMoments,
  createMoments,
  martingalesAreCurrents,
  mergeMoments,
  momentArrays,
  packedLength,
  packMoments,
  unpackMoments,
  withoutPart,
} from "./moments.ts";
export type { EnsembleMoments, VectorMoments, WindowMoments } from "./moments.ts";
export { createRecord, type RealizationRecord, type WindowRecord } from "./record.ts";
export type {
  RealizationSource,
  RunRealization,
  RunTrajectories,
  RunWindows,
  Simulator,
} from "./simulator.ts";
export type { Windows } from "./simulator.ts";
export { totalOf } from "./total.ts";
export {
  runTrajectories,
  type TrajectoryEnsemble,
  type TrajectoryHooks,
  type TrajectoryStatistics,
} from "./trajectories.ts";
