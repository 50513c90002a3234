import { run, type StricliProcess } from "@stricli/core";
import { application } from "./commands.ts";
import { exitCodeOf, failureText } from "./failure.ts";

/** What of the process the command writes to. */
export type PredictorProcess = Pick<StricliProcess, "stdout" | "stderr" | "env">;

/** A stream that asks for colours only where somebody looks at it. */
function plainUnlessTerminal(stream: PredictorProcess["stdout"]): PredictorProcess["stdout"] {
  return (stream as { isTTY?: boolean }).isTTY
    ? stream
    : { write: (text: string) => stream.write(text) };
}

/**
 * Runs the command line.
 *
 * @returns The exit code: 0 for success, 2 for the user's mistake, 1 for anything else.
 */
export async function runPredictor(
  args: readonly string[],
  process: PredictorProcess,
): Promise<number> {
  const own: StricliProcess = {
    stdout: plainUnlessTerminal(process.stdout),
    stderr: plainUnlessTerminal(process.stderr),
    env: process.env,
  };
  // `--explain MODEL` is the same as `explain MODEL`; nothing at all asks for help.
  const inputs = args.length === 0
    ? ["--help"]
    : args[0] === "--explain"
    ? ["explain", ...args.slice(1)]
    : args;
  try {
    await run(application, inputs, { process: own });
  } catch (error) {
    process.stderr.write(`${failureText(error)}\n`);
    return exitCodeOf(error);
  }
  const code = Number(own.exitCode ?? 0);
  // The library marks unknown commands and arguments by -5 and -4.
  return code === -5 || code === -4 ? 2 : code < 0 ? 1 : code;
}
