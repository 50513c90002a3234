/** The main job end to end: particles to a prediction with bands and a report. @module */
export { trainBaseline } from "./baseline.ts";
export { type DemoOptions, type DemoResult, runDemo } from "./demo_run.ts";
export { fieldsRunText } from "./fields/command.ts";
export { reportFieldsRun } from "./fields/fields_run.ts";
export { type LiveLaw, liveLaw } from "./live_law.ts";
export { originOf } from "./origin.ts";
export { exactLaws, referenceOf } from "./reference.ts";
export { reportRun } from "./report_run.ts";
export type { RunResult } from "./run_result.ts";
