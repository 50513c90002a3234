import { ModelError } from "@spiediff/model-artifact";
import { SolverError } from "@spiediff/macro-solver";
import { UserError } from "./user_error.ts";

/** Whether the user can mend it: a bad input, option or model. */
export function isUsersMistake(error: unknown): error is Error {
  return error instanceof UserError || error instanceof ModelError ||
    error instanceof SolverError || error instanceof RangeError;
}

/** 2 for the user's mistake, 1 for anything else. */
export const exitCodeOf = (error: unknown): number => isUsersMistake(error) ? 2 : 1;

/** One line for the terminal, never a stack trace. */
export function failureText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Messages may quote files of unknown origin.
  // deno-lint-ignore no-control-regex
  const line = message.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ");
  return isUsersMistake(error) ? `predictor: ${line}` : `predictor: unexpected failure: ${line}`;
}
