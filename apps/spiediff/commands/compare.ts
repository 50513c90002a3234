import { buildCommand } from "@stricli/core";
import { textParser, writeAllDurably } from "@spiediff/command-line";
import { formatMoment, formatNumber, formatSeconds } from "@spiediff/report";
import { VERSION } from "@spiediff/train";
import { compareRuns, type Comparison, type Row } from "../compare/comparison.ts";
import { comparisonPage } from "../compare/page.ts";
import { readFinishedRun } from "../compare/read_run.ts";
import { textTable } from "../text_table.ts";

interface CompareFlags {
  readonly page?: string;
  readonly json: boolean;
}

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
  async func({ page, json }, folderA, folderB) {
    const a = await readFinishedRun(folderA), b = await readFinishedRun(folderB);
    const comparison = compareRuns(a, b);
    if (page !== undefined) {
      const footer = `Made ${formatMoment(new Date().toISOString())} by spiediff ${VERSION}.`;
      await writeAllDurably(new Map([[page, comparisonPage(comparison, a, b, footer)]]));
    }
    this.process.stdout.write(
      json
        ? JSON.stringify(comparison) + "\n"
        : comparisonText(comparison) + (page === undefined ? "" : `\nPage: ${page}\n`),
    );
  },
});

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
