import * as Plot from "@observablehq/plot";
import { toCsv } from "../csv.ts";
import { draw } from "../draw.ts";
import { formatNumber } from "../format.ts";
import { color, rampColor, SERIES_COLORS } from "../theme.ts";
import type { Figure } from "../types.ts";
import { requireCurve, requireFinite, requireId, requireLength } from "../validate.ts";
import { axis } from "./_axis.ts";
import { contourSegments, type Segment } from "./_contour.ts";
import { curve } from "./_marks.ts";
import type { GenericTexts } from "./generic.ts";

/** A quantity over a grid of two parameters. */
export interface HeatMapData {
  x: number[];
  y: number[];
  /** `[y][x]`, positive where `logColor` is set. */
  values: number[][];
  /** Levels of the contour lines. */
  contours: number[];
  /** Curves drawn over the map, e.g. what a theory says; clipped to the map. */
  lines?: { label: string; x: number[]; y: number[] }[];
  /** Colour by the logarithm. @defaultValue false */
  logColor?: boolean;
  /** Text of one cell and of the contour legend. */
  format?: (value: number) => string;
}

/** Cell borders half-way between neighbours (in the scale's own measure), mirrored at the ends. */
function borders(values: number[], log: boolean): number[] {
  const position = values.map((v) => log ? Math.log(v) : v);
  const middle = position.slice(1).map((p, i) => (p + position[i]) / 2);
  const pad = position.length > 1 ? (position[1] - position[0]) / 2 : 0.5;
  const padEnd = position.length > 1 ? (position.at(-1)! - position.at(-2)!) / 2 : 0.5;
  const all = [position[0] - pad, ...middle, position.at(-1)! + padEnd];
  return log ? all.map(Math.exp) : all;
}

/** The axis value at a fractional grid index. */
function between(values: number[], index: number, log: boolean): number {
  const low = Math.min(Math.floor(index), values.length - 2);
  const share = index - low;
  return log
    ? values[low] ** (1 - share) * values[low + 1] ** share
    : values[low] * (1 - share) + values[low + 1] * share;
}

/** @throws {RangeError} naming the array whose shape or values are wrong. */
function check({ x, y, values }: HeatMapData, id: string): void {
  requireCurve(`${id}.x`, x, x.length);
  requireCurve(`${id}.y`, y, y.length);
  requireLength(`${id}.values`, values, y.length);
  values.forEach((row, j) => requireCurve(`${id}.values[${j}]`, row, x.length));
  if (x.length < 2 || y.length < 2) {
    throw new RangeError(`Figure "${id}" is ${x.length} by ${y.length}; a heat map needs 2 by 2.`);
  }
}

/** One value of the grid, with the rectangle that it fills. */
interface Cell {
  readonly x: number;
  readonly y: number;
  readonly value: number;
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
  readonly fill: string;
}

function cellsOf({ x, y, values }: HeatMapData, scale: MapScale): Cell[] {
  const { xEdges, yEdges, low, high, measure } = scale;
  const shade = (value: number) =>
    rampColor("heat", high > low ? Math.round(8 * (value - low) / (high - low)) : 0, 9);
  return values.flatMap((row, j) =>
    row.map((value, i) => ({
      x: x[i],
      y: y[j],
      value,
      x1: xEdges[i],
      x2: xEdges[i + 1],
      y1: yEdges[j],
      y2: yEdges[j + 1],
      fill: shade(measure(value)),
    }))
  );
}

/** How the map's plane and its colours are measured. */
interface MapScale {
  readonly logX: boolean;
  readonly logY: boolean;
  readonly xEdges: readonly number[];
  readonly yEdges: readonly number[];
  /** What colours and contours go by: the value or its logarithm. */
  measure(value: number): number;
  /** Least and greatest of it. */
  readonly low: number;
  readonly high: number;
}

function scaleOf({ x, y, values, logColor }: HeatMapData, texts: GenericTexts): MapScale {
  const logX = texts.xScale === "log", logY = texts.yScale === "log";
  const measure = (value: number) => logColor ? Math.log(value) : value;
  const flat = values.flat().map(measure);
  requireFinite(`${texts.id}.values (log)`, flat);
  return {
    logX,
    logY,
    xEdges: borders(x, logX),
    yEdges: borders(y, logY),
    measure,
    low: Math.min(...flat),
    high: Math.max(...flat),
  };
}

/** A curve over the map, and its colour. */
interface OverMap {
  readonly label: string;
  readonly x: number[];
  readonly y: number[];
  readonly hue: string;
}

/** The curves of the data without what lies outside of the map. */
function clippedLines({ lines = [] }: HeatMapData, id: string, scale: MapScale): OverMap[] {
  const { xEdges, yEdges } = scale;
  return lines.map((line, i) => {
    requireCurve(`${id} "${line.label}".x`, line.x, line.x.length);
    requireCurve(`${id} "${line.label}".y`, line.y, line.x.length);
    const inside = [...line.x.keys()].filter((k) =>
      line.x[k] >= xEdges[0] && line.x[k] <= xEdges.at(-1)! &&
      line.y[k] >= yEdges[0] && line.y[k] <= yEdges.at(-1)!
    );
    return {
      label: line.label,
      x: inside.map((k) => line.x[k]),
      y: inside.map((k) => line.y[k]),
      hue: SERIES_COLORS[i % SERIES_COLORS.length],
    };
  });
}

/** The `i`-th contour is drawn in one of two colours, the first two solid. */
const contourColor = (i: number) => i % 2 === 0 ? color("points") : color("ink");
const isSolid = (i: number) => i < 2;

function contourMarks(
  { x, y, values }: HeatMapData,
  levels: readonly number[],
  { logX, logY, measure }: MapScale,
): Plot.Markish[] {
  return levels.map((level, i) =>
    Plot.link(contourSegments(values.map((row) => row.map(measure)), measure(level)), {
      x1: (d: Segment) => between(x, d.x1, logX),
      y1: (d: Segment) => between(y, d.y1, logY),
      x2: (d: Segment) => between(x, d.x2, logX),
      y2: (d: Segment) => between(y, d.y2, logY),
      stroke: contourColor(i),
      strokeWidth: 1.8,
      strokeLinecap: "round",
      ...(isSolid(i) ? {} : { strokeDasharray: "5,3" }),
    })
  );
}

function cellTexts(cells: readonly Cell[], format: (value: number) => string): Plot.Markish {
  return Plot.text(cells, {
    x: "x",
    y: "y",
    text: (d: Cell) => format(d.value),
    fill: color("ink"),
    stroke: color("paper"),
    strokeOpacity: 0.6,
    strokeWidth: 3,
  });
}

/** A heat map with its values written into the cells and contour lines across them, e.g. error over (R, h). */
export function heatMapFigure(data: HeatMapData, texts: GenericTexts): Figure {
  requireId(texts.id);
  check(data, texts.id);
  const { x, y, format = (value: number) => formatNumber(value, 2) } = data;
  const scale = scaleOf(data, texts);
  const { logX, logY, xEdges, yEdges, low, high, measure } = scale;
  const cells = cellsOf(data, scale);
  const lines = clippedLines(data, texts.id, scale);
  const levels = data.contours.filter((level) => measure(level) > low && measure(level) < high);
  const pictures = draw({
    title: texts.title,
    height: texts.height ?? 380,
    legend: [
      ...levels.map((level, i) => ({
        label: `contour at ${format(level)}`,
        color: contourColor(i),
        mark: isSolid(i) ? "line" as const : "dashed" as const,
      })),
      ...lines.map(({ label, hue }) => ({ label, color: hue, mark: "dashed" as const })),
    ],
    marginLeft: 70,
    x: { ...axis(texts.xLabel, logX, x), domain: [xEdges[0], xEdges.at(-1)!] },
    y: { ...axis(texts.yLabel, logY, y), domain: [yEdges[0], yEdges.at(-1)!] },
    marks: [
      Plot.rect(cells, { x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: (d: Cell) => d.fill }),
      ...contourMarks(data, levels, scale),
      ...lines.map(({ x, y, hue }) => curve(x, y, hue, { dashed: true, width: 2.5 })),
      cellTexts(cells, format),
    ],
  });
  const csv = toCsv([
    { name: texts.xLabel, values: cells.map((cell) => cell.x) },
    { name: texts.yLabel, values: cells.map((cell) => cell.y) },
    { name: "value", values: cells.map((cell) => cell.value) },
  ]);
  return { id: texts.id, title: texts.title, caption: texts.caption, ...pictures, csv };
}
