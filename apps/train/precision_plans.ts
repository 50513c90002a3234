/** Precision on demand: what it costs, and the way to it. It learns, so that commands load it when they run. @module */
export { claimDesign, designExperiment } from "./precision/claim_design.ts";
export { type LearnedPrecision, learnPrecision } from "./precision/learn_run.ts";
export { type Forecast, forecast } from "./precision/plan.ts";
