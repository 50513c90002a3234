import type { CommandContext } from "@stricli/core";
import { writeAllDurably } from "@spiediff/command-line";
import { formatMoment, formatNumber, formatSeconds } from "@spiediff/report/text";
import { VERSION } from "@spiediff/train/version";
import { compareRuns, type Comparison, type Row } from "../compare/comparison.ts";
import { readFinishedRun } from "../compare/read_run.ts";
import { textTable } from "../text_table.ts";

export interface CompareFlags {
  readonly page?: string;
  readonly json: boolean;
}

/** Does what `compare` asks for. */
export async function runCompare(
  this: CommandContext,
  { page, json }: CompareFlags,
  folderA: string,
  folderB: string,
): Promise<void> {
  const a = await readFinishedRun(folderA), b = await readFinishedRun(folderB);
  const comparison = compareRuns(a, b);
  if (page !== undefined) {
    const { comparisonPage } = await import("../compare/page.ts");
    const footer = `Made ${formatMoment(new Date().toISOString())} by spiediff ${VERSION}.`;
    await writeAllDurably(new Map([[page, comparisonPage(comparison, a, b, footer)]]));
  }
  this.process.stdout.write(
    json
      ? JSON.stringify(comparison) + "\n"
      : comparisonText(comparison) + (page === undefined ? "" : `\nPage: ${page}\n`),
  );
}

function comparisonText({ a, b, metrics, seconds, configuration, warnings }: Comparison): string {
  const table = <T>(title: string, rows: readonly Row<T>[], format: (value: T) => string) =>
    textTable(
      [title, a, b],
      rows.map((row) => [
        row.name,
        row.a === null ? "-" : format(row.a),
        row.b === null ? "-" : format(row.b),
      ]),
    );
  return [
    table<number>("figure", [...metrics, warnings], (value) => formatNumber(value)),
    configuration.length === 0
      ? "The experiments are the same.\n"
      : table("differs", configuration, (value) => JSON.stringify(value)),
    table("time (last command)", seconds, formatSeconds),
  ].join("\n");
}
