import { type CommandProcess, runApplication } from "@spiediff/command-line";
import { predictorApplication } from "./commands.ts";

/**
 * Runs the command line.
 *
 * @returns The exit code: 0 for success, 2 for the user's mistake, 1 for anything else.
 */
export function runPredictor(args: readonly string[], process: CommandProcess): Promise<number> {
  // `--explain MODEL` is the same as `explain MODEL`; nothing at all asks for help.
  const inputs = args.length === 0
    ? ["--help"]
    : args[0] === "--explain"
    ? ["explain", ...args.slice(1)]
    : args;
  return runApplication(predictorApplication, inputs, process);
}
