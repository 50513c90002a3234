import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** A program that runs in the background. */
export interface Daemon {
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Runs the program until its own standard input ends: a test that is killed closes the pipe, too, so that
 * nothing of it stays behind.
 */
const SUPERVISOR = `"$@" < /dev/null & p=$!
cat > /dev/null
kill $p 2> /dev/null; (sleep 10; kill -9 $p 2> /dev/null) & k=$!
wait $p; kill $k 2> /dev/null`;

/** Starts a program in the foreground mode that all three daemons have. */
export function startDaemon(
  command: readonly string[],
  log: string,
  env: NodeJS.ProcessEnv,
): Daemon {
  const output = openSync(log, "a");
  const child: ChildProcess = spawn("sh", ["-c", SUPERVISOR, "sh", ...command], {
    stdio: ["pipe", output, output],
    env,
    detached: true,
  });
  closeSync(output);
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  return {
    async stop() {
      child.stdin?.end();
      await ended;
    },
  };
}
