import { clamp, clipCurve } from "./_clip.ts";
import { toCsv } from "../csv.ts";
import { draw, tickFormat } from "../draw.ts";
import { formatLevel } from "../format.ts";
import type { LegendItem } from "../legend.ts";
import { color } from "../theme.ts";
import type { Figure, LearnedFunction } from "../types.ts";
import { requireId } from "../validate.ts";
import {
  checkLearned,
  type LearnedFunctionTexts,
  outsideLegend,
  wholeCurveColumns,
} from "./_learned_curves.ts";
import { quantityLabel } from "./_quantity.ts";
import {
  band,
  curve,
  errorBars,
  grid,
  outside,
  referenceCurve,
  referenceLegend,
} from "./_marks.ts";

function csv(data: LearnedFunction): string {
  const { density, learned, references, points } = data;
  const curves = toCsv([
    { name: "density", values: density },
    { name: "mean", values: learned.mean },
    { name: "lower", values: learned.lower },
    { name: "upper", values: learned.upper },
    ...wholeCurveColumns(learned, (values) => values),
    ...references.map(({ label, values }) => ({ name: label, values })),
  ], learned.level);
  if (!points || points.x.length === 0) return curves;
  return curves + "\n" + toCsv([
    { name: "density", values: points.x },
    { name: points.label, values: points.value },
    { name: "standard_error", values: points.standardError },
  ]);
}

/** A learned function of the density with its band, the exact curves and the measured points. */
export function learnedFunctionFigure(data: LearnedFunction, texts: LearnedFunctionTexts): Figure {
  requireId(texts.id);
  checkLearned(texts.id, data);
  const { density, learned, points, covered } = data;
  const domain: [number, number] = [density[0], density[density.length - 1]];
  const inside = points ? pointsWithin(points, domain) : undefined;
  const frame: [number, number] = texts.fitCovered ? coveredFrame(data) : [-Infinity, Infinity];
  const mean = clipCurve(density, learned.mean, frame);
  const legend: LegendItem[] = [
    {
      label: texts.learnedLabel ?? `learned, mean and ${formatLevel(learned.level)} band`,
      color: color("learned"),
      mark: "band",
    },
    ...referenceLegend(data.references),
    ...(inside
      ? [{ label: inside.label, color: color("points"), mark: "points" } satisfies LegendItem]
      : []),
    ...outsideLegend(domain, covered),
  ];
  const pictures = draw({
    title: texts.title,
    height: 340,
    legend,
    x: { label: quantityLabel(data.quantity), domain },
    y: {
      label: texts.yLabel,
      ...(texts.fitCovered ? { domain: frame } : { nice: true }),
      tickFormat: tickFormat(learned.mean),
    },
    marks: [
      ...outside(domain, covered),
      ...grid(),
      ...(inside ? errorBars(inside, color("points")) : []),
      band(
        density,
        clamp(learned.lower, frame),
        clamp(learned.upper, frame),
        color("learned"),
      ),
      curve(mean.x, mean.y, color("learned"), { width: 3.5 }),
      ...data.references.map((reference, i) => {
        const { x, y } = clipCurve(density, reference.values, frame);
        return referenceCurve(x, y, reference, i);
      }),
    ],
  });
  return { id: texts.id, title: texts.title, caption: texts.caption, ...pictures, csv: csv(data) };
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

/** Where learned curve and points lie over the covered densities, with some room. */
function coveredFrame({ density, learned, points, covered }: LearnedFunction): [number, number] {
  const [low, high] = covered ?? [-Infinity, Infinity];
  const values = [
    ...learned.mean.filter((_, i) => density[i] >= low && density[i] <= high),
    ...points?.value ?? [],
  ];
  const least = Math.min(...values), greatest = Math.max(...values);
  const room = 0.25 * (greatest - least);
  return [least - room, greatest + room];
}
