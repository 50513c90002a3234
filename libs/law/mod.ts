/** Fields, laws, invariants and bands as data: what solver, predictor and report read. @module */
export { exclusionDensity, type Field } from "./field.ts";
