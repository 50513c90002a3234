import process from "node:process";
import { guardConsole, guardOutput } from "./guarded_output.ts";
import type { CommandProcess } from "./run.ts";
import { exitCodeOf, failureText, unwritableText } from "./user_error.ts";

/**
 * Runs a program's command line on this process and sets its exit code. Closed pipes never end its
 * work; text that a full disk has swallowed makes the exit code 1, with the work done.
 *
 * @param name The program's name, for messages.
 * @param run Does what the arguments ask and gives the exit code.
 */
export async function runProgram(
  name: string,
  run: (args: readonly string[], process: CommandProcess) => Promise<number>,
): Promise<void> {
  const outputs = { output: guardOutput(process.stdout), messages: guardOutput(process.stderr) };
  guardConsole();
  const failed = (error: unknown) => {
    process.stderr.write(failureText(name, error) + "\n");
    process.exit(exitCodeOf(error));
  };
  // What fails outside of the command's own promise, such as a listener.
  process.on("uncaughtException", failed);
  process.on("unhandledRejection", failed);
  const code = await run(process.argv.slice(2), process);
  const [what, lost] = Object.entries(outputs).map(([what, { lost }]) => [what, lost()] as const)
    .find(([, lost]) => lost !== null) ?? [];
  if (lost) process.stderr.write(`${name}: ${unwritableText(`The ${what}`, lost)}\n`);
  process.exitCode = code === 0 && lost ? 1 : code;
}
