import {
  type Application,
  buildApplication,
  type buildRouteMap,
  type Command,
  type CommandContext,
  run,
  type StricliProcess,
  text_en,
} from "@stricli/core";
import { argumentMistakeText, unknownCommandText } from "./argument_mistakes.ts";
import { exitCodeOf, failureText } from "./user_error.ts";

/** What of the process a command writes to. */
export type CommandProcess = Pick<StricliProcess, "stdout" | "stderr" | "env">;

/** One command, or a map of several. */
type Target = Command<CommandContext> | ReturnType<typeof buildRouteMap<string, CommandContext>>;

/** An application with the conventions of this project: kebab-case flags, exit codes 0, 1, 2. */
export function application(
  name: string,
  version: string,
  target: Target,
): Application<CommandContext> {
  // One implementation serves both of its overloads.
  return buildApplication(target as Command<CommandContext>, {
    name,
    versionInfo: { currentVersion: version },
    scanner: { caseStyle: "allow-kebab-for-camel" },
    documentation: { caseStyle: "convert-camel-to-kebab" },
    determineExitCode: exitCodeOf,
    localization: {
      loadText: () => ({
        ...text_en,
        exceptionWhileRunningCommand: (error: unknown) => failureText(name, error),
        exceptionWhileParsingArguments: (error: unknown) => argumentMistakeText(name, error),
        noCommandRegisteredForInput: (mistake) => unknownCommandText(name, mistake),
      }),
    },
  });
}

/**
 * Runs an application.
 *
 * @returns The exit code: 0 for success, 2 for the user's mistake, 1 for anything else.
 */
export async function runApplication(
  app: Application<CommandContext>,
  args: readonly string[],
  process: CommandProcess,
): Promise<number> {
  const own: StricliProcess = {
    stdout: plainUnlessTerminal(process.stdout),
    stderr: plainUnlessTerminal(process.stderr),
    env: process.env,
  };
  await run(app, args, { process: own });
  const code = Number(own.exitCode ?? 0);
  // The library marks unknown commands and arguments by -5 and -4.
  return code === -5 || code === -4 ? 2 : code < 0 ? 1 : code;
}

/** A stream that asks for colours only where somebody looks at it. */
function plainUnlessTerminal(stream: CommandProcess["stdout"]): CommandProcess["stdout"] {
  return (stream as { isTTY?: boolean }).isTTY
    ? stream
    : { write: (text: string) => stream.write(text) };
}
