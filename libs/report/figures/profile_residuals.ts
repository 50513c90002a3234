import * as Plot from "@observablehq/plot";
import { draw, tickFormat } from "../draw.ts";
import { formatLevel, formatShort } from "../format.ts";
import type { LegendItem } from "../legend.ts";
import { color } from "../theme.ts";
import type { Figure, ProfileSeries } from "../types.ts";
import { wholeCurveLabel } from "./_learned_curves.ts";
import { checkSeries, POSITION_LABEL, seriesCsv, spread } from "./_profile_series.ts";

/** One node at one time, the predicted mean taken off. */
interface Row {
  readonly panel: string;
  readonly x: number;
  /** The band's edges, and those of the band for whole curves. */
  readonly low: number;
  readonly high: number;
  readonly edges: readonly number[];
  readonly residual: number;
  /** Half the length of the error bar. */
  readonly bar: number;
}

function rowsOf(
  { times, x, mean, lower, upper, wholeCurve }: ProfileSeries,
  kmc: NonNullable<ProfileSeries["kmc"]>,
  shown: readonly number[],
): Row[] {
  return shown.flatMap((t) =>
    x.map((position, i) => ({
      x: position,
      panel: `t = ${formatShort(times[t])}`,
      low: lower[t][i] - mean[t][i],
      high: upper[t][i] - mean[t][i],
      edges: Object.values(wholeCurve ?? {}).map((table) => table[t][i] - mean[t][i]),
      residual: kmc.mean[t][i] - mean[t][i],
      bar: 1.96 * kmc.standardError[t][i],
    }))
  );
}

/** Zero line and band are the prediction, points the particles. */
function marksOf(rows: readonly Row[]): Plot.Markish[] {
  return [
    Plot.gridY({ stroke: color("grid"), strokeOpacity: 1 }),
    Plot.areaY(rows, {
      fx: "panel",
      x: "x",
      y1: (d: Row) => d.low,
      y2: (d: Row) => d.high,
      fill: color("learned"),
      fillOpacity: 0.25,
    }),
    ...[0, 1].filter((k) => rows.some((row) => k in row.edges)).map((k) =>
      Plot.lineY(rows, {
        fx: "panel",
        x: "x",
        y: (d: Row) => d.edges[k],
        stroke: color("learned"),
        strokeDasharray: "5,3",
      })
    ),
    Plot.ruleY([0], { stroke: color("learned"), strokeWidth: 1.5 }),
    Plot.ruleX(rows, {
      fx: "panel",
      x: "x",
      y1: (d: Row) => d.residual - d.bar,
      y2: (d: Row) => d.residual + d.bar,
      stroke: color("points"),
      strokeOpacity: 0.7,
    }),
    Plot.dot(rows, { fx: "panel", x: "x", y: "residual", r: 1.8, fill: color("points") }),
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
        } as LegendItem,
      ]
      : []),
    {
      label: "KMC mean − predicted mean, ± 1.96 standard errors",
      color: color("points"),
      mark: "points",
    },
  ];
}

/**
 * What is left when the predicted mean is taken off, one panel per time.
 * @throws {RangeError} if the series has no `kmc`.
 */
export function profileResidualsFigure(data: ProfileSeries, id = "profile-residuals"): Figure {
  checkSeries(data);
  if (!data.kmc) {
    throw new RangeError("prediction.kmc is missing; residuals need particle simulations.");
  }
  const rows = rowsOf(data, data.kmc, spread(data.times.length, 4));
  const title = "Residuals: particles minus predicted mean";
  const svg = draw({
    title,
    height: 250,
    legend: legendOf(data),
    x: { label: POSITION_LABEL, ticks: [0.25, 0.75], tickFormat: String },
    y: {
      label: "density residual (particles per site)",
      nice: true,
      tickFormat: tickFormat(rows.flatMap((r) => [r.low, r.high, r.residual])),
    },
    fx: { label: null, domain: [...new Set(rows.map((row) => row.panel))], padding: 0.12 },
    marks: marksOf(rows),
  });
  return {
    id,
    title,
    caption:
      "The same comparison with the predicted mean taken off. Most points should lie within " +
      "the band once their error bars are allowed for; a wave in the points is a bias of the prediction.",
    svg,
    csv: seriesCsv(data),
  };
}
