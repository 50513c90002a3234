/** The user's mistake: printed as one message, exit code 2. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** Errors by which libraries say that an argument, a configuration or a file is wrong. */
const USERS_MISTAKES = ["UserError", "ConfigError", "ModelError", "SolverError", "RangeError"];

/** Whether the user can mend it. */
export function isUsersMistake(error: unknown): error is Error {
  return error instanceof Error && USERS_MISTAKES.includes(error.name);
}

/** 2 for the user's mistake, 1 for anything else. */
export const exitCodeOf = (error: unknown): number => isUsersMistake(error) ? 2 : 1;

/** What the terminal shows of a failure: its message, never a stack trace. */
export function failureText(command: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Messages may quote files of unknown origin; line breaks and tabs are ours.
  // deno-lint-ignore no-control-regex
  const safe = message.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]+/g, " ");
  return isUsersMistake(error) ? `${command}: ${safe}` : `${command}: unexpected failure: ${safe}`;
}
