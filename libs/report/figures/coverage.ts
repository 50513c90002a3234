import { toCsv } from "../csv.ts";
import { draw } from "../draw.ts";
import { color, SERIES_COLORS } from "../theme.ts";
import type { Figure } from "../types.ts";
import { requireCurve, requireId, requireLength } from "../validate.ts";
import { curve, errorBars, grid } from "./_marks.ts";

/** Coverage that bands reach against the coverage that they claim. */
export function coverageFigure(
  data: {
    nominal: number[];
    /** One curve per method: observed share and, optionally, its standard error. */
    observed: { label: string; share: number[]; standardError?: number[] }[];
  },
  texts: { id: string; title: string; caption: string },
): Figure {
  requireId(texts.id);
  const { nominal, observed } = data;
  requireCurve("coverage.nominal", nominal, nominal.length);
  requireLength("coverage.observed", observed, observed.length);
  const hue = (i: number) => SERIES_COLORS[i % SERIES_COLORS.length];
  const marks = observed.flatMap(({ label, share, standardError }, i) => {
    requireCurve(`coverage.observed[${i}].share`, share, nominal.length);
    const errors = standardError ?? share.map(() => 0);
    requireCurve(`coverage.observed[${i}].standardError`, errors, nominal.length);
    return [
      curve(nominal, share, hue(i), { width: 1.5 }),
      ...errorBars({ label, x: nominal, value: share, standardError: errors }, hue(i)),
    ];
  });
  const pictures = draw({
    title: texts.title,
    height: 380,
    legend: [
      ...observed.map(({ label, standardError }, i) => ({
        label: standardError ? `${label}, ± 1.96 standard errors` : label,
        color: hue(i),
        mark: "points" as const,
      })),
      { label: "ideal", color: color("soft"), mark: "dashed" as const },
    ],
    x: { label: "nominal coverage (share)", domain: [0, 1] },
    y: { label: "observed coverage (share)", domain: [0, 1] },
    marks: [
      ...grid(),
      curve([0, 1], [0, 1], color("soft"), { dashed: true, width: 1.5 }),
      ...marks,
    ],
  });
  return {
    ...texts,
    ...pictures,
    csv: toCsv([
      { name: "nominal", values: nominal },
      ...observed.flatMap(({ label, share, standardError }) => [
        { name: label, values: share },
        ...(standardError ? [{ name: `${label} standard_error`, values: standardError }] : []),
      ]),
    ]),
  };
}
