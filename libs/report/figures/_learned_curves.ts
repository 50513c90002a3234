/** What figures of learned functions share. */
import type { Column } from "../csv.ts";
import { formatLevel } from "../format.ts";
import type { LegendItem } from "../legend.ts";
import { color } from "../theme.ts";
import type { LearnedFunction } from "../types.ts";
import { requireCurve, requireFinite, requireIncreasing, requireLength } from "../validate.ts";

/** Texts of a learned-function figure. */
export interface LearnedFunctionTexts {
  id: string;
  title: string;
  caption: string;
  /** Vertical axis with its unit, e.g. "f′(ρ) (energy)". */
  yLabel: string;
  /** Deviations as shares of the reference, in per cent. @defaultValue false */
  relative?: boolean;
  /** Whether the frame fits the densities that training covered, where it would else fit a pole at the ends. */
  fitCovered?: boolean;
  /** Legend entry of the learned curve. */
  learnedLabel?: string;
}

/** Legend of the band that holds all points of a curve at once. */
export const wholeCurveLabel = (level: number) =>
  `band that holds whole curves, ${formatLevel(level)}`;

/** @throws {RangeError} naming the array whose shape or values are wrong. */
export function checkLearned(name: string, data: LearnedFunction): void {
  const n = data.density.length;
  requireCurve(`${name}.density`, data.density, n);
  requireIncreasing(`${name}.density`, data.density);
  for (const key of ["mean", "lower", "upper"] as const) {
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

/** Columns of the band for whole curves, where there is one. */
export function wholeCurveColumns(
  { wholeCurve }: LearnedFunction["learned"],
  map: (values: number[]) => number[],
  suffix = "",
): Column[] {
  return Object.entries(wholeCurve ?? {}).map(([key, values]) => ({
    name: `curve_${key}${suffix}`,
    values: map(values),
  }));
}

/** The legend of what `outside` shades. */
export function outsideLegend(
  domain: [number, number],
  covered?: [number, number],
): LegendItem[] {
  if (!covered || (covered[0] <= domain[0] && covered[1] >= domain[1])) return [];
  return [{ label: "outside of the training data", color: color("shade"), mark: "area" }];
}
