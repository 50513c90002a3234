/** What every command shares: exit codes, failures, stages with progress, durable files. @module */
export { type DurableFile, durableFile, writeAllDurably, writeDurably } from "./durable_file.ts";
export { clearLeftoversOf, runs, unfinishedPath, writerOf } from "./leftovers.ts";
export { numberParser } from "./number_flag.ts";
export { runProgram } from "./program.ts";
export { application, type CommandProcess, runApplication } from "./run.ts";
export { progressText, secondsText } from "./stage_text.ts";
export {
  type Stage,
  type StageClock,
  type StageProgress,
  type StageRunner,
  stageRunner,
  type StageSeconds,
} from "./stages.ts";
export { textParser } from "./text_flag.ts";
export {
  exitCodeOf,
  failureText,
  Interruption,
  isUsersMistake,
  unreadableFile,
  UserError,
} from "./user_error.ts";
