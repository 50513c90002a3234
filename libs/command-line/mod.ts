/** What every command shares: exit codes, failures, stages with progress, durable files. @module */
export { type DurableFile, durableFile, writeDurably } from "./durable_file.ts";
export { numberParser } from "./number_flag.ts";
export { runProgram } from "./program.ts";
export { application, type CommandProcess, runApplication } from "./run.ts";
export {
  progressText,
  runStages,
  secondsText,
  type Stage,
  type StageProgress,
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
