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

/** A heat map with its values written into the cells and contour lines across them, e.g. error over (R, h). */
export function heatMapFigure(data: HeatMapData, texts: GenericTexts): Figure {
  requireId(texts.id);
  const { x, y, values, contours } = data;
  const logX = texts.xScale === "log", logY = texts.yScale === "log";
  requireCurve(`${texts.id}.x`, x, x.length);
  requireCurve(`${texts.id}.y`, y, y.length);
  requireLength(`${texts.id}.values`, values, y.length);
  values.forEach((row, j) => requireCurve(`${texts.id}.values[${j}]`, row, x.length));
  if (x.length < 2 || y.length < 2) {
    throw new RangeError(
      `Figure "${texts.id}" is ${x.length} by ${y.length}; a heat map needs 2 by 2.`,
    );
  }
  const format = data.format ?? ((value: number) => formatNumber(value, 2));
  const measure = (value: number) => data.logColor ? Math.log(value) : value;
  const flat = values.flat().map(measure);
  requireFinite(`${texts.id}.values (log)`, flat);
  const low = Math.min(...flat), high = Math.max(...flat);
  const xEdges = borders(x, logX), yEdges = borders(y, logY);
  const shade = (value: number) =>
    rampColor("heat", high > low ? Math.round(8 * (value - low) / (high - low)) : 0, 9);
  const cells = values.flatMap((row, j) =>
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
  type Cell = typeof cells[number];
  const lines = (data.lines ?? []).map((line, i) => {
    requireCurve(`${texts.id} "${line.label}".x`, line.x, line.x.length);
    requireCurve(`${texts.id} "${line.label}".y`, line.y, line.x.length);
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
  const inRange = contours.filter((level) => measure(level) > low && measure(level) < high);
  const svg = draw({
    title: texts.title,
    height: texts.height ?? 380,
    legend: [
      ...inRange.map((level, i) => ({
        label: `contour at ${format(level)}`,
        color: i % 2 === 0 ? color("points") : color("ink"),
        mark: i < 2 ? "line" as const : "dashed" as const,
      })),
      ...lines.map(({ label, hue }) => ({ label, color: hue, mark: "dashed" as const })),
    ],
    marginLeft: 70,
    x: { ...axis(texts.xLabel, logX, x), domain: [xEdges[0], xEdges.at(-1)!] },
    y: { ...axis(texts.yLabel, logY, y), domain: [yEdges[0], yEdges.at(-1)!] },
    marks: [
      Plot.rect(cells, { x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: (d: Cell) => d.fill }),
      ...inRange.map((level, i) =>
        Plot.link(contourSegments(values.map((row) => row.map(measure)), measure(level)), {
          x1: (d: Segment) => between(x, d.x1, logX),
          y1: (d: Segment) => between(y, d.y1, logY),
          x2: (d: Segment) => between(x, d.x2, logX),
          y2: (d: Segment) => between(y, d.y2, logY),
          stroke: i % 2 === 0 ? color("points") : color("ink"),
          strokeWidth: 1.8,
          strokeLinecap: "round",
          ...(i < 2 ? {} : { strokeDasharray: "5,3" }),
        })
      ),
      ...lines.map(({ x, y, hue }) => curve(x, y, hue, { dashed: true, width: 2.5 })),
      Plot.text(cells, {
        x: "x",
        y: "y",
        text: (d: Cell) => format(d.value),
        fill: color("ink"),
        stroke: color("paper"),
        strokeOpacity: 0.6,
        strokeWidth: 3,
      }),
    ],
  });
  return {
    id: texts.id,
    title: texts.title,
    caption: texts.caption,
    svg,
    csv: toCsv([
      { name: texts.xLabel, values: cells.map((cell) => cell.x) },
      { name: texts.yLabel, values: cells.map((cell) => cell.y) },
      { name: "value", values: cells.map((cell) => cell.value) },
    ]),
  };
}
