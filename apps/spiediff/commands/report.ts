import { join } from "node:path";
import { buildCommand } from "@stricli/core";
import { reportRun } from "@spiediff/demo";
import { claimHolds, formatNumber, metricClaims } from "@spiediff/report";
import { runMetrics, runWarnings } from "@spiediff/run-report";
import { experimentFlags, withRunLock } from "@spiediff/train";
import { runFolder } from "../run_experiment.ts";
import { textTable } from "../text_table.ts";

interface ReportFlags {
  readonly workers: number;
  readonly json: boolean;
}

/** `report RUN`: a run folder with a model to a report. */
export const reportCommand = buildCommand<ReportFlags, [string]>({
  docs: {
    brief: "Write the report of a run folder that has a model",
    fullDescription: [
      "Predicts the experiment's profile by RUN/model, holds the learned law against the reference of its start",
      "and, if RUN has it, the direct simulation that `spiediff demo` leaves. Writes",
      "RUN/report.html (one file, no network), tables as CSV and metrics.json. Simulates nothing.",
      "",
      "EXAMPLES",
      "  spiediff report runs/first",
      "  spiediff report runs/first --json",
    ].join("\n"),
  },
  parameters: {
    positional: runFolder,
    flags: { workers: experimentFlags.workers, json: experimentFlags.json },
  },
  async func(flags, folder) {
    const result = await withRunLock(folder, "report", () =>
      reportRun({
        folder,
        workers: flags.workers,
        silent: flags.json,
        command: `deno task spiediff report ${folder}`,
      }));
    const metrics = runMetrics(result);
    const warnings = runWarnings(result);
    const report = join(folder, "report.html");
    if (flags.json) {
      const { seconds, predictionSeconds } = result;
      const output = { run: folder, report, metrics, warnings, seconds, predictionSeconds };
      this.process.stdout.write(JSON.stringify(output) + "\n");
      return;
    }
    for (const warning of warnings) this.process.stderr.write(`warning: ${warning}\n`);
    const rows = metricClaims(metrics).map((claim) => [
      claim.name,
      formatNumber(claim.value),
      claim.max === undefined ? "" : `at most ${formatNumber(claim.max)}`,
      { true: "holds", false: "MISSED", null: "" }[String(claimHolds(claim))] ?? "",
    ]);
    this.process.stdout.write(
      textTable(["figure", "value", "bound", ""], rows) + `Report: ${report}\n`,
    );
  },
});
