import { conservedField } from "@spiediff/experiment";
import {
  block,
  type CsvTable,
  type Figure,
  formatLevel,
  formatNumber,
  formatSeconds,
  genericFigure,
  type GenericSeries,
  pageHtml,
  quantityLabel,
} from "@spiediff/report";
import type { Comparison, Row } from "./comparison.ts";
import type { FinishedRun } from "./read_run.ts";

/** The comparison as one HTML page: no scripts, no network. */
export function comparisonPage(
  comparison: Comparison,
  a: FinishedRun,
  b: FinishedRun,
  footer: string,
): string {
  const { metrics, seconds, configuration } = comparison;
  const table = <T>(first: string, rows: readonly Row<T>[], format: (value: T) => string) =>
    block.table({
      header: [first, "A", "B"],
      rows: rows.map((row) => [
        row.name,
        row.a === null ? "–" : format(row.a),
        row.b === null ? "–" : format(row.b),
      ]),
      numeric: [1, 2],
    });
  return pageHtml({
    title: "Two runs side by side",
    lede: `A: ${a.folder} (${a.experiment.name}, seed ${a.experiment.seed}). ` +
      `B: ${b.folder} (${b.experiment.name}, seed ${b.experiment.seed}).`,
    body: [
      block.heading("Figures of merit"),
      table("", metrics, (value) => formatNumber(value)),
      block.heading("What differs in the experiments"),
      configuration.length === 0
        ? block.paragraph("Nothing: the same experiment.")
        : table("field", configuration, (value) => JSON.stringify(value)),
      block.heading("What was learned and predicted"),
      block.figures(figures(a, b)),
      block.heading("Time of each stage"),
      block.paragraph("By the last command; what it found done took no time."),
      table("stage", seconds, formatSeconds),
    ],
    footer,
  });
}

function figures(a: FinishedRun, b: FinishedRun): Figure[] {
  const density = quantityLabel(conservedField(a.experiment));
  const both = (series: (run: FinishedRun, label: string) => GenericSeries) => [
    series(a, "A"),
    series(b, "B"),
  ];
  const learned = (table: (run: FinishedRun) => CsvTable) =>
    both((run, label) => {
      const { level, columns: { rho, mean, lower, upper } } = table(run);
      return bandLine(label, level, rho, mean, lower, upper);
    });
  const reference = (
    label: string,
    { columns: { rho, reference } }: CsvTable,
  ): GenericSeries[] =>
    reference.some(Number.isNaN) ? [] : [{
      kind: "line",
      label,
      x: rho,
      y: reference,
      dashed: true,
    }];
  const same = String(a.k1.columns.reference) === String(b.k1.columns.reference);
  const references = (table: (run: FinishedRun) => CsvTable) =>
    same
      ? reference("reference", table(a))
      : [...reference("reference, A", table(a)), ...reference("reference, B", table(b))];
  return [
    genericFigure([...learned((run) => run.k1), ...references((run) => run.k1)], {
      id: "compare-k1",
      title: "Operator entry K₁(ρ, ρ)",
      caption: "Both ensembles' means and bands, and the reference where one is known.",
      xLabel: density,
      yLabel: "K₁ (1/(energy · time))",
    }),
    genericFigure(
      [...learned((run) => run.freeEnergy), ...references((run) => run.freeEnergy)],
      {
        id: "compare-free-energy",
        title: "Free-energy density f(ρ)",
        caption: "Each with its own line a + bρ fitted to the reference where one is known.",
        xLabel: density,
        yLabel: "f (energy per domain length)",
      },
    ),
    genericFigure(both(lastProfile), {
      id: "compare-prediction",
      title: "Density at the last predicted time",
      caption: lastTime(a) === lastTime(b)
        ? `At t = ${lastTime(a)}.`
        : `At t = ${lastTime(a)} in A, at t = ${lastTime(b)} in B.`,
      xLabel: "position x (domain lengths)",
      yLabel: density,
    }),
  ];
}

const lastTime = ({ prediction: { columns: { t } } }: FinishedRun) => t[t.length - 1];

/** Along x; of squares and cubes through their middle. */
export function lastProfile(run: FinishedRun, label: string): GenericSeries {
  const { level, columns } = run.prediction, { t, x } = columns;
  const last = lastTime(run);
  const others = ["y", "z"].flatMap((axis) => columns[axis] ? [columns[axis]] : []);
  const middles = others.map((places) => Math.max(...places.filter((place) => place <= 0.5)));
  const row = t.map((_, i) => i)
    .filter((i) => t[i] === last && others.every((places, k) => places[i] === middles[k]));
  // The ring's first node once more, at its end.
  const closed = (values: number[]) => [...row, row[0]].map((i) => values[i]);
  return bandLine(
    label,
    level,
    [...row.map((i) => x[i]), x[row[0]] + 1],
    closed(columns.mean),
    closed(columns.lower),
    closed(columns.upper),
  );
}

/** B is dashed, so that it hides nothing of A where they agree. */
function bandLine(
  label: string,
  level: number | undefined,
  x: number[],
  y: number[],
  lower: number[],
  upper: number[],
): GenericSeries {
  return {
    kind: "line",
    label: level === undefined ? label : `${label}, mean and ${formatLevel(level)} band`,
    x,
    y,
    ...(level === undefined ? {} : { band: { level, lower, upper } }),
    dashed: label === "B",
  };
}
