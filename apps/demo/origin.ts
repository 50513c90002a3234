import process from "node:process";
import { type Experiment, isSimulated } from "@spiediff/experiment";
import type { Origin } from "@spiediff/run-report";
import { codeIdentity, startText } from "@spiediff/train";

/** Now, by this program, on this runtime. */
export function originOf(experiment: Experiment, command: string, backend: string): Origin {
  const code = codeIdentity();
  return {
    createdAt: new Date().toISOString(),
    command,
    versions: {
      spiediff: code.version + (code.commit ? ` (${code.commit.slice(0, 12)})` : ""),
      "training backend": backend.replace(", ", " and "),
      ...runtimeVersion(),
    },
    ...(isSimulated(experiment) ? { start: startText(experiment) } : {}),
  };
}

function runtimeVersion(): Record<string, string> {
  const { deno, node } = process.versions as { deno?: string; node: string };
  return deno === undefined ? { Node: node } : { Deno: deno };
}
