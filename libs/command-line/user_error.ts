/** The user's mistake: printed as one message, exit code 2. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** An end before the end that is nobody's fault, such as Ctrl-C: printed as one message, exit code 1. */
export class Interruption extends Error {
  override readonly name = "Interruption";
}

/** Errors by which libraries say that an argument, a configuration or a file is wrong. */
const USERS_MISTAKES = [
  "UserError",
  "ConfigError",
  "ModelError",
  "NpyError",
  "SolverError",
  "ShardError",
  "TrajectoryError",
];

/** What the operating system says of paths that the user gave, in words. */
const FILE_MISTAKES: Readonly<Record<string, string>> = {
  EACCES: "it may not be read or written by you",
  EEXIST: "a file of that name is in the way",
  EISDIR: "it is a folder, not a file",
  EBUSY: "another program uses it",
  EDQUOT: "your share of the disk is used up",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  ENOENT: "there is no such file or folder",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is a file, not a folder",
  EPERM: "it may not be changed by you",
  EROFS: "the disk is read-only",
};

/** Whether the user can mend it. */
export function isUsersMistake(error: unknown): error is Error {
  return error instanceof Error &&
    (USERS_MISTAKES.includes(error.name) || isRefusal(error) || fileMistakeText(error) !== null);
}

/**
 * Whether a RangeError was thrown on purpose. Ours are sentences and end with a full stop (a check holds
 * the whole code base to that); those of the engine, such as a stack overflow or a negative length, and
 * those of the runtime, never do: they are faults of the program.
 */
const isRefusal = (error: Error): boolean =>
  error.name === "RangeError" && error.message.endsWith(".");

/**
 * One sentence on a file that cannot be used, or null if the error is about something else.
 *
 * @param what Names the file and its role; its path as the system tells it, if left out.
 */
function fileMistakeText(error: unknown, what?: string): string | null {
  const { code, syscall, path, message } = error as Record<string, string | undefined>;
  const reason = FILE_MISTAKES[code ?? ""];
  if (reason === undefined || syscall === "listen") return null;
  const named = what ?? path ?? /'([^']*)'/.exec(message ?? "")?.[1];
  return named === undefined
    ? `${reason[0].toUpperCase()}${reason.slice(1)}.`
    : `${named} cannot be used: ${reason}.`;
}

/** That something printed is nowhere, though the work is done. */
export function unwritableText(what: string, { code, message }: NodeJS.ErrnoException): string {
  const reason = FILE_MISTAKES[code ?? ""] ?? message;
  return `${what} could not be written: ${reason.replace(/\.$/, "")}. The work itself went on.`;
}

/** The error for a file that cannot be read, named by its role and path. */
export function unreadableFile(what: string, cause: unknown): UserError {
  return new UserError(
    fileMistakeText(cause, what) ?? `${what} cannot be read: ${(cause as Error).message}`,
  );
}

/** 2 for the user's mistake, 1 for anything else. */
export const exitCodeOf = (error: unknown): number => isUsersMistake(error) ? 2 : 1;

/** What the terminal shows of a failure: its message, never a stack trace. */
export function failureText(command: string, error: unknown): string {
  const message = fileMistakeText(error) ??
    (error instanceof Error ? error.message : String(error));
  // Messages may quote files of unknown origin; line breaks and tabs are ours.
  // deno-lint-ignore no-control-regex
  const safe = message.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]+/g, " ");
  return isUsersMistake(error) || error instanceof Interruption
    ? `${command}: ${safe}`
    : `${command}: unexpected failure: ${safe}`;
}
