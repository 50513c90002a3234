/** Simulates particles, estimates operators, trains and exports a model folder. @module */
export {};
