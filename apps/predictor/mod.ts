/** Standalone predictor: a model folder and a profile in, densities with bands out. @module */
export { predictorCommands } from "./cli/commands.ts";
export * from "./library.ts";
export { createEnsemble } from "./ensemble.ts";
