/** What `demo` and `report` do with an experiment of several fields. */
import { join } from "node:path";
import type { FieldsExperiment } from "@spiediff/experiment";
import { boundText, claimHolds, formatNumber } from "@spiediff/report";
import { claimRunFolder, withRunLock } from "@spiediff/train";
import { type FieldsRunOptions, runFieldsDemo } from "./fields_run.ts";
import type { FieldsRun } from "./run_types.ts";

/** Runs the demo of an experiment under its folder's lock. */
export const fieldsDemo = (
  experiment: FieldsExperiment,
  options: FieldsRunOptions,
  overwrite: boolean,
): Promise<FieldsRun> =>
  withRunLock(options.folder, "demo", async () => {
    await claimRunFolder(options.folder, experiment, overwrite);
    return await runFieldsDemo(experiment, options);
  });

/** A run as a command's output: for programs, or for the terminal. */
export function fieldsRunText(
  { claims, warnings, seconds }: FieldsRun,
  folder: string,
  json: boolean,
): string {
  const report = join(folder, "report.html");
  if (json) return JSON.stringify({ folder, report, claims, warnings, seconds }) + "\n";
  const lines = claims.map((claim) => {
    const verdict = { true: "holds ", false: "MISSED", null: "      " }[String(claimHolds(claim))];
    const bound = claim.max === undefined ? "" : ` (${boundText(claim)})`;
    return `  ${verdict}  ${claim.name}: ${formatNumber(claim.value, 3)}${bound}`;
  });
  return [...lines, `Report: ${report}`, ""].join("\n");
}
