import * as Plot from "@observablehq/plot";
import { toCsv } from "../csv.ts";
import { draw, tickFormat } from "../draw.ts";
import type { LegendItem } from "../legend.ts";
import { color } from "../theme.ts";
import type { Figure, LearnedFunction } from "../types.ts";
import {
  requireCurve,
  requireFinite,
  requireId,
  requireIncreasing,
  requireLength,
} from "../validate.ts";
import { clamp, clipCurve } from "./_clip.ts";
import { band, curve, errorBars, grid, outside, referenceLegend, references } from "./_marks.ts";

/** Texts of a learned-function figure. */
export interface LearnedFunctionTexts {
  id: string;
  title: string;
  caption: string;
  /** Vertical axis with its unit, e.g. "f′(ρ) (energy)". */
  yLabel: string;
  /** Legend entry of the learned curve. */
  learnedLabel?: string;
}

/** Legend of the band that holds all points of a curve at once. */
export const WHOLE_CURVE_LABEL = "band that holds whole curves, 95 %";
const DENSITY_LABEL = "density ρ (particles per site)";

function check(name: string, data: LearnedFunction): void {
  const n = data.density.length;
  requireCurve(`${name}.density`, data.density, n);
  requireIncreasing(`${name}.density`, data.density);
  for (const key of ["mean", "lo95", "hi95"] as const) {
    requireCurve(`${name}.learned.${key}`, data.learned[key], n);
  }
  for (const [key, values] of Object.entries(data.learned.wholeCurve ?? {})) {
    requireCurve(`${name}.learned.wholeCurve.${key}`, values, n);
  }
  data.references.forEach((reference, i) =>
    requireLength(`${name}.references[${i}].values`, reference.values, n)
  );
  if (data.points) {
    const { x, value, standardError } = data.points;
    requireFinite(`${name}.points.x`, x);
    if (x.length > 0) {
      requireCurve(`${name}.points.value`, value, x.length);
      requireCurve(`${name}.points.standardError`, standardError, x.length);
    }
  }
}

function csv(data: LearnedFunction): string {
  const { density, learned, references, points } = data;
  const curves = toCsv([
    { name: "density", values: density },
    { name: "mean", values: learned.mean },
    { name: "lo95", values: learned.lo95 },
    { name: "hi95", values: learned.hi95 },
    ...wholeCurveColumns(learned, (values) => values),
    ...references.map(({ label, values }) => ({ name: label, values })),
  ]);
  if (!points || points.x.length === 0) return curves;
  return curves + "\n" + toCsv([
    { name: "density", values: points.x },
    { name: points.label, values: points.value },
    { name: "standard_error", values: points.standardError },
  ]);
}

/** Columns of the band for whole curves, where there is one. */
function wholeCurveColumns(
  { wholeCurve }: LearnedFunction["learned"],
  map: (values: number[]) => number[],
  suffix = "",
) {
  return Object.entries(wholeCurve ?? {}).map(([key, values]) => ({
    name: `curve_${key}${suffix}`,
    values: map(values),
  }));
}

/** A learned function of the density with its band, the exact curves and the measured points. */
export function learnedFunctionFigure(data: LearnedFunction, texts: LearnedFunctionTexts): Figure {
  requireId(texts.id);
  check(texts.id, data);
  const { density, learned, points, covered } = data;
  const domain: [number, number] = [density[0], density[density.length - 1]];
  const inside = points ? pointsWithin(points, domain) : undefined;
  const legend: LegendItem[] = [
    {
      label: texts.learnedLabel ?? "learned, mean and 95 % band",
      color: color("learned"),
      mark: "band",
    },
    ...referenceLegend(data.references),
    ...(inside
      ? [{ label: inside.label, color: color("points"), mark: "points" } satisfies LegendItem]
      : []),
    ...outsideLegend(domain, covered),
  ];
  const svg = draw({
    title: texts.title,
    height: 340,
    legend,
    x: { label: DENSITY_LABEL, domain },
    y: { label: texts.yLabel, nice: true, tickFormat: tickFormat(learned.mean) },
    marks: [
      ...outside(domain, covered),
      ...grid(),
      ...(inside ? errorBars(inside, color("points")) : []),
      band(density, learned.lo95, learned.hi95, color("learned")),
      curve(density, learned.mean, color("learned"), { width: 3.5 }),
      ...references(density, data.references),
    ],
  });
  return { id: texts.id, title: texts.title, caption: texts.caption, svg, csv: csv(data) };
}

/** The legend of what `outside` shades. */
function outsideLegend(domain: [number, number], covered?: [number, number]): LegendItem[] {
  if (!covered || (covered[0] <= domain[0] && covered[1] >= domain[1])) return [];
  return [{ label: "outside of the training data", color: color("shade"), mark: "area" }];
}

function pointsWithin<P extends { x: number[]; value: number[]; standardError: number[] }>(
  points: P,
  [low, high]: [number, number],
): P | undefined {
  const keep = [...points.x.keys()].filter((i) => points.x[i] >= low && points.x[i] <= high);
  if (keep.length === 0) return undefined;
  const pick = (values: number[]) => keep.map((i) => values[i]);
  return {
    ...points,
    x: pick(points.x),
    value: pick(points.value),
    standardError: pick(points.standardError),
  };
}

/** Height of a deviation figure over what the covered densities need. */
const HEADROOM = 1.6;

/**
 * The frame that shows all values over the covered densities, and zero. Outside of them deviations are
 * often a hundred times as large and would press everything else flat.
 */
function frameOf(
  density: number[],
  curves: number[][],
  covered?: [number, number],
): [number, number] {
  const shown = (rho: number) => !covered || (rho >= covered[0] && rho <= covered[1]);
  const values = curves.flatMap((values) => values.filter((_, i) => shown(density[i])))
    .filter(Number.isFinite);
  // Without a covered density in the grid: everything.
  const all = values.length > 0 ? values : curves.flat().filter(Number.isFinite);
  const frame = [Math.min(0, ...all), Math.max(0, ...all)].map((v) => v * HEADROOM);
  return frame[0] < frame[1] ? [frame[0], frame[1]] : [-1e-12, 1e-12];
}

/**
 * The same data as deviations from the first reference, which shows what the curve itself hides:
 * whether the band covers the exact answer. The frame fits the densities that training covered.
 * @throws {RangeError} if there is no reference or it is not finite.
 */
export function deviationFigure(data: LearnedFunction, texts: LearnedFunctionTexts): Figure {
  requireId(texts.id);
  check(texts.id, data);
  if (data.references.length === 0) {
    throw new RangeError(`Figure "${texts.id}" needs a reference to draw deviations from.`);
  }
  const { density, learned, covered } = data;
  const [reference, ...others] = data.references;
  requireFinite(`${texts.id}.references[0].values`, reference.values);
  const minus = (values: number[]) => values.map((value, i) => value - reference.values[i]);
  const domain: [number, number] = [density[0], density[density.length - 1]];
  const deviation = {
    mean: minus(learned.mean),
    lo95: minus(learned.lo95),
    hi95: minus(learned.hi95),
  };
  const edges = Object.values(learned.wholeCurve ?? {}).map(minus);
  const shifted = others.map((other) => ({ ...other, values: minus(other.values) }));
  const { mean, lo95, hi95 } = deviation;
  const frame = frameOf(
    density,
    [mean, lo95, hi95, ...edges, ...shifted.map((c) => c.values)],
    covered,
  );
  const line = clipCurve(density, mean, frame);
  const svg = draw({
    title: texts.title,
    height: 260,
    legend: [
      { label: "learned − reference, 95 % band", color: color("learned"), mark: "band" },
      ...(edges.length === 0
        ? []
        : [{ label: WHOLE_CURVE_LABEL, color: color("learned"), mark: "dashed" } as LegendItem]),
      ...referenceLegend([{ ...reference, label: `${reference.label} (zero line)` }, ...others]),
      ...outsideLegend(domain, covered),
    ],
    x: { label: DENSITY_LABEL, domain },
    y: {
      label: texts.yLabel,
      domain: frame,
      ticks: 6,
      tickFormat: tickFormat(frame),
    },
    marks: [
      ...outside(domain, covered),
      ...grid(),
      Plot.ruleY([0], { stroke: color("ink"), strokeWidth: 1.5 }),
      band(density, clamp(lo95, frame), clamp(hi95, frame), color("learned")),
      ...edges.map((edge) => {
        const { x, y } = clipCurve(density, edge, frame);
        return curve(x, y, color("learned"), { width: 1, dashed: true });
      }),
      curve(line.x, line.y, color("learned")),
      ...shifted.flatMap((other, i) => {
        const { x, y } = clipCurve(density, other.values, frame);
        // The zero line stands for the first reference; the others keep their colours.
        return references(x, [reference, ...others].map((c) => ({ ...c, values: y })))[i + 1];
      }),
    ],
  });
  return {
    id: texts.id,
    title: texts.title,
    caption: texts.caption,
    svg,
    csv: toCsv([
      { name: "density", values: density },
      { name: "mean_minus_reference", values: deviation.mean },
      { name: "lo95_minus_reference", values: deviation.lo95 },
      { name: "hi95_minus_reference", values: deviation.hi95 },
      ...wholeCurveColumns(learned, minus, "_minus_reference"),
      ...shifted.map(({ label, values }) => ({ name: `${label} minus reference`, values })),
    ]),
  };
}
