import * as Plot from "@observablehq/plot";
import type { MeasuredPoints, ReferenceCurve } from "../types.ts";
import type { LegendItem } from "../legend.ts";
import { color } from "../theme.ts";

/** Grid lines under everything else; at given ticks where a scale has its own. */
export function grid(ticks: { x?: number[]; y?: number[] } = {}): Plot.Markish[] {
  const ink = { stroke: color("grid"), strokeOpacity: 1 };
  return [
    Plot.gridX({ ...ink, ...(ticks.x ? { ticks: ticks.x } : {}) }),
    Plot.gridY({ ...ink, ...(ticks.y ? { ticks: ticks.y } : {}) }),
  ];
}

/** A band between two curves. Plot needs one row per point, so rows are indices. */
export function band(x: number[], low: number[], high: number[], fill: string): Plot.Markish {
  return Plot.areaY([...x.keys()], {
    x: (i: number) => x[i],
    y1: (i: number) => low[i],
    y2: (i: number) => high[i],
    fill,
    fillOpacity: 0.25,
    curve: "linear",
  });
}

/** A curve; gaps where `y` is NaN. */
export function curve(
  x: number[],
  y: number[],
  stroke: string,
  options: { dashed?: boolean; width?: number } = {},
): Plot.Markish {
  return Plot.lineY([...x.keys()], {
    x: (i: number) => x[i],
    y: (i: number) => y[i],
    stroke,
    strokeWidth: options.width ?? 2,
    ...(options.dashed ? { strokeDasharray: "5,3" } : {}),
  });
}

/** Where a curve of few points was computed; between them it is joined by straight lines. */
export function dots(x: number[], y: number[], fill: string): Plot.Markish {
  return Plot.dot([...x.keys()], { x: (i: number) => x[i], y: (i: number) => y[i], r: 2.4, fill });
}

/** Points with bars of `sigmas` standard errors each way. */
export function errorBars(points: MeasuredPoints, fill: string, sigmas = 1.96): Plot.Markish[] {
  const { x, value, standardError } = points;
  const rows = [...x.keys()];
  return [
    Plot.ruleX(rows, {
      x: (i: number) => x[i],
      y1: (i: number) => value[i] - sigmas * standardError[i],
      y2: (i: number) => value[i] + sigmas * standardError[i],
      stroke: fill,
      strokeWidth: 1,
      strokeOpacity: 0.7,
    }),
    Plot.dot(rows, { x: (i: number) => x[i], y: (i: number) => value[i], r: 2, fill }),
  ];
}

/** The shaded flanks outside of the densities that training covered. */
export function outside(domain: [number, number], covered?: [number, number]): Plot.Markish[] {
  if (!covered) return [];
  const flanks = [[domain[0], covered[0]], [covered[1], domain[1]]].filter(([a, b]) => b > a);
  return [Plot.rectX(flanks, {
    x1: (d: number[]) => d[0],
    x2: (d: number[]) => d[1],
    fill: color("shade"),
  })];
}

/** References: the first in ink, further ones softer. */
const referenceColor = (i: number) => color(i === 0 ? "ink" : "soft");

/** Reference `i` in its colour, dashed if it asks. */
export const referenceCurve = (
  x: number[],
  y: number[],
  { style }: ReferenceCurve,
  i: number,
): Plot.Markish => curve(x, y, referenceColor(i), { dashed: style === "dashed", width: 1.5 });

/** Legend entries that belong to {@link referenceCurve}s. */
export function referenceLegend(curves: ReferenceCurve[]): LegendItem[] {
  return curves.map((reference, i) => ({
    label: reference.label,
    color: referenceColor(i),
    mark: reference.style === "dashed" ? "dashed" : "line",
  }));
}
