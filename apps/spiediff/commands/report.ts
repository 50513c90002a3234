import { buildCommand } from "@stricli/core";
import { experimentFlags } from "@spiediff/train/flags";
import { runFolder } from "../run_flags.ts";
import type { ReportFlags } from "../implementations/report.ts";

/** `report RUN`: a run folder with a model to a report. */
export const reportCommand = buildCommand<ReportFlags, [string]>({
  docs: {
    brief: "Write the report of a run folder that has a model",
    fullDescription: [
      "Predicts the experiment's profile by RUN/model, holds the learned law against the reference of its start",
      "and, if RUN has it, the direct simulation that `spiediff demo` leaves. Writes",
      "RUN/report.html (one file, no network), tables as CSV and metrics.json. Simulates nothing.",
      "Of particles of another code all is in the units of its files.",
      "",
      "EXAMPLES",
      "  spiediff report runs/first",
      "  spiediff report runs/first --json",
    ].join("\n"),
  },
  parameters: {
    positional: runFolder,
    flags: {
      workers: experimentFlags.workers,
      json: experimentFlags.json,
      dimensionless: {
        kind: "boolean",
        brief: "The law's own units, not those of the particles' files",
        default: false,
      },
    },
  },
  loader: async () => (await import("../implementations/report.ts")).runReport,
});
