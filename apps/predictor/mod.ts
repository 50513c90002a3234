/** Standalone predictor: a model folder and a profile in, densities with bands out. @module */
export * from "./library.ts";
export { createEnsemble } from "./ensemble.ts";
