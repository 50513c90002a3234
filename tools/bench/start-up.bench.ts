import { ROOT } from "../root.ts";
import type { BenchLine } from "./types.ts";

const SPIEDIFF = `${ROOT}/apps/spiediff/main.ts`;
const MODEL = `${ROOT}/test-data/lrm-quick-model`;
const PREDICT = ["predict", MODEL, "--profile", "0.5+0.3*cos(2*pi*x)"];
const ROUNDS = 9;

/**
 * Whole commands as a shell starts them, by the Deno that runs this bench: the program itself, so that
 * npx, which takes 1.5 s before it, has no part in it. The fastest of several runs: whatever else the
 * machine does can only add to a start.
 */
export default function startUp(): BenchLine[] {
  return [
    {
      name: "spiediff --help, whole command, fastest of 9, s",
      value: fastest(["--help"]),
      max: 0.4,
    },
    {
      name: "spiediff predict, 20 members to t = 0.01, whole command, fastest of 9, s",
      value: fastest([...PREDICT, "--members", "20", "--times", "0.01"]),
      max: 0.5,
    },
    {
      name: "spiediff predict, 2000 members to t = 0.05 (default), whole command, fastest of 9, s",
      value: fastest(PREDICT),
    },
  ];
}

/** Seconds. */
function fastest(args: readonly string[]): number {
  const once = () => {
    const start = performance.now();
    const { success, stderr } = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", SPIEDIFF, ...args],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return (performance.now() - start) / 1e3;
  };
  return Math.min(...Array.from({ length: ROUNDS }, once));
}
