import type * as Plot from "@observablehq/plot";
import { draw } from "../draw.ts";
import { formatLevel, formatShort } from "../format.ts";
import type { LegendItem } from "../legend.ts";
import { color, rampColor } from "../theme.ts";
import type { AxisUnits, Figure, ProfileSeries } from "../types.ts";
import { band, curve, errorBars, grid } from "./_marks.ts";
import { checkSeries, positionLabel, seriesCsv, spread } from "./_profile_series.ts";
import { quantityLabel } from "./_quantity.ts";

/** A periodic profile's last interval: nodes that fill a ring are joined across its end. */
function ring(
  { x, axes: { period } = { period: 1 } as AxisUnits }: ProfileSeries,
): { x: number[]; closed: (values: number[]) => number[] } {
  const last = x[0] + period - x[x.length - 1];
  const closes = x.length > 1 && Math.abs(last - (x[1] - x[0])) < 1e-9 * period;
  return closes
    ? { x: [...x, x[0] + period], closed: (values) => [...values, values[0]] }
    : { x, closed: (values) => values };
}

/** The edges of where one particle system is found 95 of 100 times, whatever the band's level. */
function fluctuationEdges({ mean, fluctuation }: ProfileSeries, t: number): number[][] {
  if (!fluctuation) return [];
  return [-1.96, 1.96].map((sigmas) => mean[t].map((v, i) => v + sigmas * fluctuation[t][i]));
}

/** What the colours and marks stand for. */
function legendOf(data: ProfileSeries, shown: readonly number[]): LegendItem[] {
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
  return legend;
}

/** Band, mean, fluctuations and particles at one time. */
function marksAt(data: ProfileSeries, t: number, hue: string): Plot.Markish[] {
  const { x, closed } = ring(data);
  return [
    band(x, closed(data.lower[t]), closed(data.upper[t]), hue),
    curve(x, closed(data.mean[t]), hue, { width: 1.8 }),
    ...fluctuationEdges(data, t).map((y) => curve(x, closed(y), hue, { width: 0.8, dashed: true })),
    ...(data.kmc
      ? errorBars({
        label: "",
        x: data.x,
        value: data.kmc.mean[t],
        standardError: data.kmc.standardError[t],
      }, hue)
      : []),
  ];
}

function captionOf(data: ProfileSeries, shown: readonly number[]): string {
  const level = formatLevel(data.level);
  const compared = data.kmc
    ? `Lines and bands: mean and ${level} band of ${data.members} ensemble members. Points: means of ` +
      `${data.kmc.realizations} direct particle simulations at the same times.`
    : `Mean and ${level} band of ${data.members} ensemble members.`;
  const single = data.fluctuation
    ? " The band is what the data leave open of the law; dashed lines are where a single particle " +
      "system fluctuates, which no data change."
    : "";
  const omitted = shown.length < data.times.length
    ? ` Drawn: ${shown.length} of ${data.times.length} times; the CSV file holds all.`
    : "";
  return compared + single + omitted;
}

/** Density profiles at up to six times, predicted bands beside the particles' means. */
export function profilesFigure(data: ProfileSeries, id = "profiles"): Figure {
  checkSeries(data);
  const shown = spread(data.times.length, 6);
  const title = data.kmc
    ? "Density profiles: predicted and simulated"
    : "Density profiles: predicted";
  const { x } = ring(data);
  const pictures = draw({
    title,
    height: 360,
    legend: legendOf(data, shown),
    x: { label: positionLabel(data.axes), domain: [x[0], x[x.length - 1]], nice: true },
    y: { label: quantityLabel(data.quantity), nice: true },
    marks: [
      ...grid(),
      ...shown.flatMap((t, k) => marksAt(data, t, rampColor("time", k, shown.length))),
    ],
  });
  return { id, title, caption: captionOf(data, shown), ...pictures, csv: seriesCsv(data) };
}
