import * as Plot from "@observablehq/plot";
import { toCsv } from "../csv.ts";
import { draw, tickFormat } from "../draw.ts";
import { formatLevel } from "../format.ts";
import type { LegendItem } from "../legend.ts";
import { color } from "../theme.ts";
import type { Figure, LearnedFunction, ReferenceCurve } from "../types.ts";
import { requireFinite, requireId } from "../validate.ts";
import { clamp, clipCurve } from "./_clip.ts";
import {
  checkLearned,
  type LearnedFunctionTexts,
  outsideLegend,
  wholeCurveColumns,
  wholeCurveLabel,
} from "./_learned_curves.ts";
import { quantityLabel } from "./_quantity.ts";
import { band, curve, grid, outside, referenceCurve, referenceLegend } from "./_marks.ts";

/** Height of a deviation figure over what the covered densities need. */
const HEADROOM = 1.6;

/** Share of the covered densities at either end that does not decide the frame. */
const ENDS = 0.05;

/**
 * The frame that shows all values over the covered densities but their very ends, and zero. Outside of them
 * deviations are often a hundred times as large, rise well before, and would press everything else flat.
 */
function frameOf(
  density: number[],
  curves: number[][],
  covered?: [number, number],
): [number, number] {
  const [low, high] = covered ?? [-Infinity, Infinity];
  const margin = covered ? ENDS * (high - low) : 0;
  const shown = (rho: number) => rho >= low + margin && rho <= high - margin;
  const values = curves.flatMap((values) => values.filter((_, i) => shown(density[i])))
    .filter(Number.isFinite);
  // Without a covered density in the grid: everything.
  const all = values.length > 0 ? values : curves.flat().filter(Number.isFinite);
  const frame = [Math.min(0, ...all), Math.max(0, ...all)].map((v) => v * HEADROOM);
  return frame[0] < frame[1] ? [frame[0], frame[1]] : [-1e-12, 1e-12];
}

/** Whether the band is about as thin as the line in the figure of the function itself. */
export function bandIsThin({ density, learned, covered }: LearnedFunction): boolean {
  const [low, high] = covered ?? [-Infinity, Infinity];
  const widths = density.flatMap((rho, i) =>
    rho >= low && rho <= high ? [learned.upper[i] - learned.lower[i]] : []
  ).sort((a, b) => a - b);
  const range = Math.max(...learned.mean) - Math.min(...learned.mean);
  // A line of 3.5 of some 250 pixels.
  return widths[widths.length >> 1] < 0.02 * range;
}

/** The data less their first reference. */
interface Deviations {
  readonly mean: number[];
  readonly lower: number[];
  readonly upper: number[];
  /** Of the band that holds whole curves. */
  readonly edges: readonly number[][];
  readonly others: readonly ReferenceCurve[];
  /** `[lower, upper]` of the vertical axis. */
  readonly frame: [number, number];
}

function deviationsOf(
  { density, learned, references: [, ...others], covered }: LearnedFunction,
  minus: (values: number[]) => number[],
): Deviations {
  const mean = minus(learned.mean), lower = minus(learned.lower), upper = minus(learned.upper);
  const edges = Object.values(learned.wholeCurve ?? {}).map(minus);
  const shifted = others.map((other) => ({ ...other, values: minus(other.values) }));
  const curves = [mean, lower, upper, ...edges, ...shifted.map((c) => c.values)];
  return { mean, lower, upper, edges, others: shifted, frame: frameOf(density, curves, covered) };
}

const meanOf = ({ learned }: LearnedFunction): ReferenceCurve => ({
  label: "learned mean",
  values: learned.mean,
  style: "solid",
});

function legendOf(
  { learned: { level }, references: [reference, ...others] }: LearnedFunction,
  edges: number,
) {
  return [
    {
      label: `learned mean, ${formatLevel(level)} band`,
      color: color("learned"),
      mark: "band",
    },
    ...(edges === 0
      ? []
      : [{ label: wholeCurveLabel(level), color: color("learned"), mark: "dashed" }]),
    ...referenceLegend([{ ...reference, label: `${reference.label} (zero line)` }, ...others]),
  ] as LegendItem[];
}

function marksOf(
  { density, covered }: LearnedFunction,
  { mean, lower, upper, edges, others, frame }: Deviations,
  domain: [number, number],
): Plot.Markish[] {
  const line = clipCurve(density, mean, frame);
  return [
    ...outside(domain, covered),
    ...grid(),
    Plot.ruleY([0], { stroke: color("ink"), strokeWidth: 1.5 }),
    band(density, clamp(lower, frame), clamp(upper, frame), color("learned")),
    ...edges.map((edge) => {
      const { x, y } = clipCurve(density, edge, frame);
      return curve(x, y, color("learned"), { width: 1, dashed: true });
    }),
    curve(line.x, line.y, color("learned")),
    ...others.map((other, i) => {
      const { x, y } = clipCurve(density, other.values, frame);
      // The zero line stands for the first reference; the others keep their colours.
      return referenceCurve(x, y, other, i + 1);
    }),
  ];
}

/**
 * The same data as deviations from the first reference, which shows what the curve itself hides:
 * whether the band covers it; without a reference from the learned mean, which shows the band. The frame
 * fits the densities that training covered.
 * @throws {RangeError} if the reference is not finite.
 */
export function deviationFigure(given: LearnedFunction, texts: LearnedFunctionTexts): Figure {
  requireId(texts.id);
  checkLearned(texts.id, given);
  const data = given.references.length > 0 ? given : { ...given, references: [meanOf(given)] };
  const { density, learned, covered, references: [reference] } = data;
  requireFinite(`${texts.id}.references[0].values`, reference.values);
  const suffix = texts.relative ? "_deviation_percent" : "_minus_reference";
  const minus = (values: number[]) =>
    values.map((value, i) =>
      (value - reference.values[i]) * (texts.relative ? 100 / reference.values[i] : 1)
    );
  const deviations = deviationsOf(data, minus);
  const { frame, edges, others } = deviations;
  const domain: [number, number] = [density[0], density[density.length - 1]];
  const pictures = draw({
    title: texts.title,
    height: 260,
    legend: [...legendOf(data, edges.length), ...outsideLegend(domain, covered)],
    x: { label: quantityLabel(data.quantity), domain },
    y: { label: texts.yLabel, domain: frame, ticks: 6, tickFormat: tickFormat(frame) },
    marks: marksOf(data, deviations, domain),
  });
  const csv = toCsv([
    { name: "density", values: density },
    { name: `mean${suffix}`, values: deviations.mean },
    { name: `lower${suffix}`, values: deviations.lower },
    { name: `upper${suffix}`, values: deviations.upper },
    ...wholeCurveColumns(learned, minus, suffix),
    ...others.map(({ label, values }) => ({
      name: `${label}${suffix.replaceAll("_", " ")}`,
      values,
    })),
  ], learned.level);
  return { id: texts.id, title: texts.title, caption: texts.caption, ...pictures, csv };
}
