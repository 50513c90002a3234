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
wait $p; kill $k 2> /dev/null
eval "$0"`;

/** Ends what a node has started and would leave: steps that wait for a controller, and their tasks. */
export const END_STEPS = `for f in /proc/[0-9]*; do
  grep -qa "SLURM_CONF=$SLURM_CONF" $f/environ 2> /dev/null || continue
  grep -qa "^slurmstepd" $f/cmdline || grep -qa "SLURM_JOB_ID=" $f/environ || continue
  kill -9 \${f#/proc/} 2> /dev/null
done`;

/**
 * Starts a program in the foreground mode that all three daemons have.
 *
 * @param last What the shell does when it has ended.
 */
export function startDaemon(
  command: readonly string[],
  log: string,
  env: NodeJS.ProcessEnv,
  last = ":",
): Daemon {
  const output = openSync(log, "a");
  const child: ChildProcess = spawn("sh", ["-c", SUPERVISOR, last, ...command], {
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
