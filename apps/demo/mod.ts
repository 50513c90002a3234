/** The main job end to end: particles to a prediction with bands and a report. @module */
export { trainBaseline } from "./baseline.ts";
export { demoCommand } from "./command.ts";
export { type DemoOptions, type DemoResult, reportFingerprint, runDemo } from "./demo_run.ts";
export type { RunResult } from "./run_result.ts";
export {
  densityGrid,
  errorsOfLaw,
  type LawErrors,
  type LawFunctions,
} from "./learned_functions.ts";
export { relativeError } from "./compared_curve.ts";
export { type LiveLaw, liveLaw } from "./live_law.ts";
export { exactLaws, referenceOf } from "./reference.ts";
export { reportRun } from "./report_run.ts";
export { reportData, runMetrics, runWarnings } from "./report_data.ts";
