import type { CommandContext } from "@stricli/core";
import { join } from "node:path";
import { reportRun } from "@spiediff/demo";
import { isOfFields } from "@spiediff/experiment";
import { claimHolds, formatNumber, metricClaims } from "@spiediff/report/text";
import { runMetrics, runWarnings } from "@spiediff/run-report";
import { readAnyRunExperiment, withRunLock } from "@spiediff/train/stages";
import { textTable } from "../text_table.ts";

export interface ReportFlags {
  readonly workers: number;
  readonly json: boolean;
  readonly dimensionless: boolean;
}

/** Does what `report` asks for. */
export async function runReport(
  this: CommandContext,
  flags: ReportFlags,
  folder: string,
): Promise<void> {
  const experiment = readAnyRunExperiment(folder);
  if (isOfFields(experiment)) {
    const { reportFields } = await import("./fields_stages.ts");
    this.process.stdout.write(await reportFields(experiment, folder, flags));
    return;
  }
  const result = await withRunLock(folder, "report", () =>
    reportRun({
      folder,
      workers: flags.workers,
      silent: flags.json,
      dimensionless: flags.dimensionless,
      command: `deno task spiediff report ${folder}${
        flags.dimensionless ? " --dimensionless" : ""
      }`,
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
}
