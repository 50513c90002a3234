import { buildCommand } from "@stricli/core";
import { textParser } from "@spiediff/command-line";
import type { CompareFlags } from "../implementations/compare.ts";

const run = (placeholder: string) => ({ brief: "Run folder", placeholder, parse: textParser });

/** `compare A B`: two runs side by side. */
export const compareCommand = buildCommand<CompareFlags, [string, string]>({
  docs: {
    brief: "Put two runs side by side: figures, times, and what differs in their experiments",
    fullDescription: [
      "Both folders need a report (`spiediff demo` and `spiediff report` write one).",
      "",
      "EXAMPLES",
      "  spiediff compare runs/first runs/second",
      "  spiediff compare runs/first runs/second --page comparison.html",
      "  spiediff compare runs/first runs/second --json",
    ].join("\n"),
  },
  parameters: {
    positional: { kind: "tuple", parameters: [run("A"), run("B")] },
    flags: {
      page: { kind: "parsed", parse: textParser, brief: "HTML file to write", optional: true },
      json: { kind: "boolean", brief: "Print the result as JSON and nothing else", default: false },
    },
  },
  loader: async () => (await import("../implementations/compare.ts")).runCompare,
});
