import * as Plot from "@observablehq/plot";
import { toCsv } from "../csv.ts";
import { draw, tickFormat } from "../draw.ts";
import { formatShort } from "../format.ts";
import type { LegendItem } from "../legend.ts";
import { color, rampColor } from "../theme.ts";
import type { Figure, ProfileSeries } from "../types.ts";
import { requireCurve, requireIncreasing, requireLength } from "../validate.ts";
import { band, curve, errorBars, grid } from "./_marks.ts";
import { WHOLE_CURVE_LABEL } from "./learned_function.ts";

const POSITION_LABEL = "position x (domain lengths)";

function check(data: ProfileSeries): void {
  requireCurve("prediction.times", data.times, data.times.length);
  requireIncreasing("prediction.times", data.times);
  requireCurve("prediction.x", data.x, data.x.length);
  requireIncreasing("prediction.x", data.x);
  const tables: [string, number[][]][] = [
    ["prediction.mean", data.mean],
    ["prediction.lo95", data.lo95],
    ["prediction.hi95", data.hi95],
  ];
  for (const [key, table] of Object.entries(data.wholeCurve ?? {})) {
    tables.push([`prediction.wholeCurve.${key}`, table]);
  }
  if (data.fluctuation) tables.push(["prediction.fluctuation", data.fluctuation]);
  if (data.kmc) {
    tables.push(["prediction.kmc.mean", data.kmc.mean]);
    tables.push(["prediction.kmc.standardError", data.kmc.standardError]);
  }
  for (const [name, table] of tables) {
    requireLength(name, table, data.times.length);
    table.forEach((row, t) => requireCurve(`${name}[${t}]`, row, data.x.length));
  }
}

/** At most `limit` indices of 0..count-1, evenly spread, first and last included. */
function spread(count: number, limit: number): number[] {
  if (count <= limit) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: limit }, (_, i) => Math.round((i * (count - 1)) / (limit - 1)));
}

function csv(data: ProfileSeries): string {
  const rows = data.times.flatMap((_, t) => data.x.map((_, i) => [t, i] as const));
  const pick = (table: number[][]) => rows.map(([t, i]) => table[t][i]);
  return toCsv([
    { name: "t", values: rows.map(([t]) => data.times[t]) },
    { name: "x", values: rows.map(([, i]) => data.x[i]) },
    { name: "mean", values: pick(data.mean) },
    { name: "lo95", values: pick(data.lo95) },
    { name: "hi95", values: pick(data.hi95) },
    ...Object.entries(data.wholeCurve ?? {}).map(([key, table]) => ({
      name: `curve_${key}`,
      values: pick(table),
    })),
    ...(data.fluctuation ? [{ name: "fluctuation", values: pick(data.fluctuation) }] : []),
    ...(data.kmc
      ? [
        { name: "kmc_mean", values: pick(data.kmc.mean) },
        { name: "kmc_standard_error", values: pick(data.kmc.standardError) },
      ]
      : []),
  ]);
}

/** A periodic profile's last interval: nodes that fill a ring of length 1 are joined across its end. */
function ring({ x }: ProfileSeries): { x: number[]; closed: (values: number[]) => number[] } {
  const last = x[0] + 1 - x[x.length - 1];
  const closes = x.length > 1 && Math.abs(last - (x[1] - x[0])) < 1e-9;
  return closes
    ? { x: [...x, x[0] + 1], closed: (values) => [...values, values[0]] }
    : { x, closed: (values) => values };
}

/** The edges of where one particle system is found 95 % of the time, at one time. */
function strays({ mean, fluctuation }: ProfileSeries, t: number): number[][] {
  if (!fluctuation) return [];
  return [-1.96, 1.96].map((sigmas) => mean[t].map((v, i) => v + sigmas * fluctuation[t][i]));
}

/** Density profiles at up to six times, predicted bands beside the particles' means. */
export function profilesFigure(data: ProfileSeries, id = "profiles"): Figure {
  check(data);
  const shown = spread(data.times.length, 6);
  const title = data.kmc
    ? "Density profiles: predicted and simulated"
    : "Density profiles: predicted";
  const legend: LegendItem[] = shown.map((t, k) => ({
    label: `t = ${formatShort(data.times[t])}`,
    color: rampColor("time", k, shown.length),
    mark: "band",
  }));
  if (data.fluctuation) {
    legend.push({
      label: "one particle system, ± 1.96 standard deviations",
      color: color("soft"),
      mark: "dashed",
    });
  }
  if (data.kmc) {
    legend.push({
      label: "particles (KMC), ± 1.96 standard errors",
      color: color("ink"),
      mark: "points",
    });
  }
  const { x, closed } = ring(data);
  const svg = draw({
    title,
    height: 360,
    legend,
    x: { label: POSITION_LABEL, domain: [x[0], x[x.length - 1]], nice: true },
    y: { label: "density ρ (particles per site)", nice: true },
    marks: [
      ...grid(),
      ...shown.flatMap((t, k) => {
        const hue = rampColor("time", k, shown.length);
        return [
          band(x, closed(data.lo95[t]), closed(data.hi95[t]), hue),
          curve(x, closed(data.mean[t]), hue, { width: 1.8 }),
          ...strays(data, t).map((y) => curve(x, closed(y), hue, { width: 0.8, dashed: true })),
          ...(data.kmc
            ? errorBars({
              label: "",
              x: data.x,
              value: data.kmc.mean[t],
              standardError: data.kmc.standardError[t],
            }, hue)
            : []),
        ];
      }),
    ],
  });
  const omitted = shown.length < data.times.length
    ? ` Drawn: ${shown.length} of ${data.times.length} times; the CSV file holds all.`
    : "";
  const caption = data.kmc
    ? `Lines and bands: mean and 95 % band of ${data.members} ensemble members. Points: means of ` +
      `${data.kmc.realizations} direct particle simulations at the same times.`
    : `Mean and 95 % band of ${data.members} ensemble members.`;
  const single = data.fluctuation
    ? " The band is what the data leave open of the law; dashed lines are where a single particle " +
      "system fluctuates, which no data change."
    : "";
  return { id, title, caption: caption + single + omitted, svg, csv: csv(data) };
}

/**
 * What is left when the predicted mean is taken off, one panel per time: zero line and band are the
 * prediction, points the particles.
 * @throws {RangeError} if the series has no `kmc`.
 */
export function profileResidualsFigure(data: ProfileSeries, id = "profile-residuals"): Figure {
  check(data);
  const { kmc } = data;
  if (!kmc) throw new RangeError("prediction.kmc is missing; residuals need particle simulations.");
  const shown = spread(data.times.length, 4);
  const rows = shown.flatMap((t) =>
    data.x.map((x, i) => ({
      x,
      panel: `t = ${formatShort(data.times[t])}`,
      low: data.lo95[t][i] - data.mean[t][i],
      high: data.hi95[t][i] - data.mean[t][i],
      edges: Object.values(data.wholeCurve ?? {}).map((table) => table[t][i] - data.mean[t][i]),
      residual: kmc.mean[t][i] - data.mean[t][i],
      bar: 1.96 * kmc.standardError[t][i],
    }))
  );
  type Row = typeof rows[number];
  const panels = [...new Set(rows.map((row) => row.panel))];
  const title = "Residuals: particles minus predicted mean";
  const svg = draw({
    title,
    height: 250,
    legend: [
      { label: "95 % band of the prediction", color: color("learned"), mark: "band" },
      ...(data.wholeCurve
        ? [{ label: WHOLE_CURVE_LABEL, color: color("learned"), mark: "dashed" } as LegendItem]
        : []),
      {
        label: "KMC mean − predicted mean, ± 1.96 standard errors",
        color: color("points"),
        mark: "points",
      },
    ],
    x: { label: POSITION_LABEL, ticks: [0.25, 0.75], tickFormat: String },
    y: {
      label: "density residual (particles per site)",
      nice: true,
      tickFormat: tickFormat(rows.flatMap((r) => [r.low, r.high, r.residual])),
    },
    fx: { label: null, domain: panels, padding: 0.12 },
    marks: [
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
    ],
  });
  return {
    id,
    title,
    caption:
      "The same comparison with the predicted mean taken off. Most points should lie within " +
      "the band once their error bars are allowed for; a wave in the points is a bias of the prediction.",
    svg,
    csv: csv(data),
  };
}
