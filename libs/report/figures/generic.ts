import * as Plot from "@observablehq/plot";
import { type Column, toCsv } from "../csv.ts";
import { draw } from "../draw.ts";
import type { LegendItem } from "../legend.ts";
import { SERIES_COLORS } from "../theme.ts";
import type { BandCurve, Figure } from "../types.ts";
import { requireCurve, requireId, requireLength } from "../validate.ts";
import { axis, gridTicks } from "./_axis.ts";
import { band, curve, errorBars, grid } from "./_marks.ts";

/** Texts and axes that every generic figure needs. Labels carry their unit. */
export interface GenericTexts {
  id: string;
  title: string;
  caption: string;
  xLabel: string;
  yLabel: string;
  /** @defaultValue "linear" */
  xScale?: "linear" | "log";
  /** @defaultValue "linear" */
  yScale?: "linear" | "log";
  height?: number;
}

/** One entry of a generic figure: a line (with a band or without), or points (with errors or without). */
export type GenericSeries =
  | {
    kind: "line";
    label: string;
    x: number[];
    y: number[];
    band?: Omit<BandCurve, "mean">;
    dashed?: boolean;
  }
  | { kind: "points"; label: string; x: number[]; y: number[]; standardError?: number[] };

function checkSeries(id: string, series: GenericSeries, logX: boolean, logY: boolean): void {
  const name = `${id} "${series.label}"`;
  requireCurve(`${name}.x`, series.x, series.x.length);
  requireCurve(`${name}.y`, series.y, series.x.length);
  if (series.kind === "line" && series.band) {
    requireCurve(`${name}.band.lower`, series.band.lower, series.x.length);
    requireCurve(`${name}.band.upper`, series.band.upper, series.x.length);
  }
  if (series.kind === "points" && series.standardError) {
    requireCurve(`${name}.standardError`, series.standardError, series.x.length);
  }
  if ((logX && series.x.some((v) => v <= 0)) || (logY && series.y.some((v) => v <= 0))) {
    throw new RangeError(`${name} has values that are not positive, which a log axis cannot show.`);
  }
}

function seriesMarks(series: GenericSeries, hue: string, logY: boolean): Plot.Markish[] {
  if (series.kind === "line") {
    // On a log axis a band may dip below zero; it is drawn down to a hundredth of its line there.
    const low = series.band?.lower.map((v, i) => logY ? Math.max(v, series.y[i] / 100) : v);
    return [
      ...(series.band ? [band(series.x, low!, series.band.upper, hue)] : []),
      curve(series.x, series.y, hue, { dashed: series.dashed }),
    ];
  }
  const { label, x, y } = series;
  if (!series.standardError) {
    return [
      Plot.dot([...x.keys()], { x: (i: number) => x[i], y: (i: number) => y[i], r: 3, fill: hue }),
    ];
  }
  const standardError = series.standardError.map((error, i) =>
    logY ? Math.min(error, y[i] * 0.99 / 1.96) : error
  );
  return errorBars({ label, x, value: y, standardError }, hue);
}

function seriesColumns(series: GenericSeries): Column[] {
  const { length } = series.x;
  const blank = new Array<undefined>(length).fill(undefined);
  return [
    { name: "series", values: series.x.map(() => series.label) },
    { name: "x", values: series.x },
    { name: "y", values: series.y },
    { name: "lower", values: series.kind === "line" ? series.band?.lower ?? blank : blank },
    { name: "upper", values: series.kind === "line" ? series.band?.upper ?? blank : blank },
    {
      name: "standard_error",
      values: series.kind === "points" ? series.standardError ?? blank : blank,
    },
  ];
}

/** The level of all bands; undefined where there is none. */
function commonLevel(series: readonly GenericSeries[]): number | undefined {
  const bands = series.flatMap((entry) => entry.kind === "line" && entry.band ? [entry.band] : []);
  const [first, ...others] = bands.map(({ level }) => level);
  const other = others.find((level) => level !== first);
  if (other !== undefined) {
    throw new RangeError(`Bands of one figure must have one level, not ${first} and ${other}.`);
  }
  return first;
}

/**
 * Lines with bands and points with error bars (1.96 standard errors) in one frame, for studies.
 * @throws {RangeError} naming the array that does not fit, or if bands have several levels.
 */
export function genericFigure(series: GenericSeries[], texts: GenericTexts): Figure {
  requireId(texts.id);
  requireLength(`${texts.id} series`, series, series.length);
  const logX = texts.xScale === "log", logY = texts.yScale === "log";
  series.forEach((entry) => checkSeries(texts.id, entry, logX, logY));
  const hue = (i: number) => SERIES_COLORS[i % SERIES_COLORS.length];
  const legend = series.map((entry, i): LegendItem => ({
    label: entry.kind === "points" && entry.standardError
      ? `${entry.label}, ± 1.96 standard errors`
      : entry.label,
    color: hue(i),
    mark: entry.kind === "points"
      ? "points"
      : entry.band
      ? entry.dashed ? "dashed-band" : "band"
      : entry.dashed
      ? "dashed"
      : "line",
  }));
  const x = axis(texts.xLabel, logX, series.flatMap((entry) => entry.x));
  const y = axis(texts.yLabel, logY, series.flatMap((entry) => entry.y));
  const pictures = draw({
    title: texts.title,
    height: texts.height ?? 340,
    legend,
    x,
    y: { ...y, nice: true },
    marks: [
      ...grid({ x: gridTicks(x), y: gridTicks(y) }),
      ...series.flatMap((entry, i) => seriesMarks(entry, hue(i), logY)),
    ],
  });
  const columns = series.map(seriesColumns);
  const merged = columns[0].map(({ name }, c) => ({
    name,
    values: columns.flatMap((set) => Array.from(set[c].values)),
  }));
  const csv = toCsv(merged, commonLevel(series));
  return { id: texts.id, title: texts.title, caption: texts.caption, ...pictures, csv };
}
