import * as Plot from "@observablehq/plot";
import { draw, tickFormat } from "../draw.ts";
import { formatLevel, formatShort } from "../format.ts";
import type { LegendItem } from "../legend.ts";
import { color } from "../theme.ts";
import type { Figure, ProfileSeries } from "../types.ts";
import { wholeCurveLabel } from "./_learned_curves.ts";
import { checkSeries, positionLabel, seriesCsv, spread } from "./_profile_series.ts";
import { residualLabel } from "./_quantity.ts";

/** More panels than these would fill pages. */
const LARGEST_COUNT = 24;

/** One node at one time, the predicted mean taken off. */
interface Row {
  /** Number of the panel. */
  readonly panel: number;
  readonly x: number;
  /** The band's edges, and those of the band for whole curves. */
  readonly low: number;
  readonly high: number;
  readonly edges: readonly number[];
  /** Of the particles, with half the length of its error bar; NaN where there are none. */
  readonly residual: number;
  readonly bar: number;
}

function rowsOf(
  { x, mean, lower, upper, wholeCurve, kmc }: ProfileSeries,
  shown: readonly number[],
): Row[] {
  return shown.flatMap((t, panel) =>
    x.map((position, i) => ({
      x: position,
      panel,
      low: lower[t][i] - mean[t][i],
      high: upper[t][i] - mean[t][i],
      edges: Object.values(wholeCurve ?? {}).map((table) => table[t][i] - mean[t][i]),
      residual: kmc ? kmc.mean[t][i] - mean[t][i] : NaN,
      bar: kmc ? 1.96 * kmc.standardError[t][i] : NaN,
    }))
  );
}

/** Zero line and band are the prediction, points the particles; panels stand in rows of `columns`. */
function marksOf(rows: readonly Row[], names: readonly string[], columns: number): Plot.Markish[] {
  const panel = {
    fx: ({ panel }: { readonly panel: number }) => panel % columns,
    fy: ({ panel }: { readonly panel: number }) => Math.floor(panel / columns),
  };
  const measured = rows.filter((row) => Number.isFinite(row.residual));
  return [
    Plot.gridY({ stroke: color("grid"), strokeOpacity: 1 }),
    Plot.areaY(rows, {
      ...panel,
      x: "x",
      y1: (d: Row) => d.low,
      y2: (d: Row) => d.high,
      fill: color("learned"),
      fillOpacity: 0.25,
    }),
    ...[0, 1].filter((k) => rows.some((row) => k in row.edges)).map((k) =>
      Plot.lineY(rows, {
        ...panel,
        x: "x",
        y: (d: Row) => d.edges[k],
        stroke: color("learned"),
        strokeDasharray: "5,3",
      })
    ),
    Plot.ruleY([0], { stroke: color("learned"), strokeWidth: 1.5 }),
    Plot.ruleX(measured, {
      ...panel,
      x: "x",
      y1: (d: Row) => d.residual - d.bar,
      y2: (d: Row) => d.residual + d.bar,
      stroke: color("points"),
      strokeOpacity: 0.7,
    }),
    Plot.dot(measured, { ...panel, x: "x", y: "residual", r: 1.8, fill: color("points") }),
    Plot.text(names.map((name, panel) => ({ name, panel })), {
      ...panel,
      text: "name",
      frameAnchor: "top",
      dy: -8,
    }),
  ];
}

function legendOf(data: ProfileSeries): LegendItem[] {
  return [
    {
      label: `${formatLevel(data.level)} band of the prediction`,
      color: color("learned"),
      mark: "band",
    },
    ...(data.wholeCurve
      ? [
        {
          label: wholeCurveLabel(data.level),
          color: color("learned"),
          mark: "dashed",
        } satisfies LegendItem,
      ]
      : []),
    ...(data.kmc
      ? [
        {
          label: "KMC mean − predicted mean, ± 1.96 standard errors",
          color: color("points"),
          mark: "points",
        } satisfies LegendItem,
      ]
      : []),
  ];
}

function captionOf(data: ProfileSeries, panels: number): string {
  const omitted = panels < data.times.length
    ? ` Drawn: ${panels} of ${data.times.length} times; the CSV file holds all.`
    : "";
  return (data.kmc
    ? "The same comparison with the predicted mean taken off. Most points should lie within " +
      "the band once their error bars are allowed for; a wave in the points is a bias of the prediction."
    : "The band alone, which is often thinner than the lines above: the predicted mean is taken off.") +
    omitted;
}

/** Whether the particles scatter so much more than the band is wide that it cannot be seen beside them. */
export function bandIsHidden({ times, lower, upper, mean, kmc }: ProfileSeries): boolean {
  if (!kmc) return false;
  const over = (value: (t: number, i: number) => number) =>
    times.flatMap((_, t) => mean[t].map((_, i) => value(t, i)));
  const widest = Math.max(...over((t, i) => upper[t][i] - lower[t][i]));
  return widest < 0.1 * Math.max(...over((t, i) => Math.abs(kmc.mean[t][i] - mean[t][i])));
}

/** Two places are enough for panels that narrow. */
const ticksOf = ({ axes }: ProfileSeries) =>
  axes ? { ticks: 2 } : { ticks: [0.25, 0.75], tickFormat: String };

/** What is left when the predicted mean is taken off, a panel a time; without particles the bands alone. */
export function profileResidualsFigure(data: ProfileSeries, id = "profile-residuals"): Figure {
  checkSeries(data);
  const shown = spread(data.times.length, LARGEST_COUNT);
  const rows = rowsOf(data, shown);
  const names = shown.map((t) => `t = ${formatShort(data.times[t])}`);
  const title = data.kmc ? "Residuals: particles minus predicted mean" : "The bands, magnified";
  const values = rows.flatMap((r) => [r.low, r.high, ...r.edges, ...data.kmc ? [r.residual] : []]);
  const pictures = draw((width) => {
    const columns = Math.min(shown.length, width < 500 ? 2 : 4);
    const indices = (count: number) => Array.from({ length: count }, (_, i) => i);
    const lines = Math.ceil(shown.length / columns);
    return {
      title,
      height: 90 + 160 * lines,
      legend: legendOf(data),
      x: { label: positionLabel(data.axes), ...ticksOf(data) },
      y: {
        label: residualLabel(data.quantity),
        nice: true,
        ticks: 5,
        tickFormat: tickFormat(values),
      },
      fx: { axis: null, domain: indices(columns), padding: 0.12 },
      fy: { axis: null, domain: indices(lines), padding: 0.2 },
      marks: marksOf(rows, names, columns),
    };
  });
  return { id, title, caption: captionOf(data, shown.length), ...pictures, csv: seriesCsv(data) };
}
