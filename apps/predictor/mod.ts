/** Standalone predictor: a model folder and a profile in, densities with bands out. @module */
export {};
