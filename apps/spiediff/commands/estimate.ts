import { buildCommand } from "@stricli/core";
import { runFolder } from "../run_flags.ts";
import type { EstimateFlags } from "../implementations/estimate.ts";

/** `estimate RUN`: records to operators and fluxes with errors. */
export const estimateCommand = buildCommand<EstimateFlags, [string]>({
  docs: {
    brief: "Estimate operators and fluxes, with errors, from a run folder's records",
    fullDescription: [
      "Reads RUN/records and writes RUN/estimates: the operator's entries and the fluxes of every",
      "profile with their standard errors, and what to know before trusting them.",
      "",
      "EXAMPLES",
      "  spiediff estimate runs/first",
      "  spiediff estimate runs/first --json",
    ].join("\n"),
  },
  parameters: {
    positional: runFolder,
    flags: {
      json: { kind: "boolean", brief: "Print the result as JSON and nothing else", default: false },
    },
  },
  loader: async () => (await import("../implementations/estimate.ts")).runEstimate,
});
