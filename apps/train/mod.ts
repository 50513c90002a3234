/** Simulates particles, estimates operators, trains and exports a model folder. @module */
export { checkpointFile } from "./checkpoint_file.ts";
export { exportModel, type Origin } from "./export_model.ts";
export { type LearnedFields, learnFields } from "./fields/learn.ts";
export {
  distilEpinets,
  learn,
  learnDiffusion,
  type LearnedModels,
  learningData,
  type LearningStage,
} from "./learn.ts";
export { type LearnedSoFar, learnedSoFar } from "./learned_so_far.ts";
export { trainingData } from "./training_data.ts";
export * from "./import_stages.ts";
export * from "./stages.ts";
