import * as Plot from "@observablehq/plot";
import { toCsv } from "../csv.ts";
import { draw } from "../draw.ts";
import { formatNumber, formatPercent } from "../format.ts";
import { color, SERIES_COLORS } from "../theme.ts";
import type { Figure, MobilityWindows, Quantity } from "../types.ts";
import { requireCurve, requireFinite, requireIncreasing, requireLength } from "../validate.ts";
import { axis, gridTicks } from "./_axis.ts";
import { curve, errorBars, grid } from "./_marks.ts";

/** Standard errors below zero from which a fall is told. */
const CLEAR = 4;

/**
 * The mobility that windows of several lengths give, over the instantaneous one: level where a process is of
 * gradient type, and else falling by what memory of the current takes off it.
 *
 * @throws {RangeError} naming the array that is empty, of the wrong length or not finite.
 */
export function mobilityWindowsFigure(data: MobilityWindows, quantity?: Quantity): Figure {
  const { hopTimes, groups, fall, instantaneousBelow } = data;
  requireCurve("windows.hopTimes", hopTimes, hopTimes.length);
  requireIncreasing("windows.hopTimes", hopTimes);
  requireLength("windows.groups", groups, groups.length);
  groups.forEach(({ ratio, standardError, reference }, g) => {
    requireCurve(`windows.groups[${g}].ratio`, ratio, hopTimes.length);
    requireCurve(`windows.groups[${g}].standardError`, standardError, hopTimes.length);
    if (reference !== null) requireFinite(`windows.groups[${g}].reference`, [reference]);
  });
  const title = "Mobility against the window";
  const hue = (g: number) => SERIES_COLORS[g % SERIES_COLORS.length];
  const x = axis("window h (hop times, log scale)", true, hopTimes);
  const known = groups.some(({ reference }) => reference !== null);
  const at = (g: number) => `${quantity?.name ?? "density"} ${formatNumber(groups[g].density, 2)}`;
  const pictures = draw({
    title,
    height: 320,
    legend: [
      ...groups.map((_, g) => ({
        label: `${at(g)}, ± 1.96 standard errors`,
        color: hue(g),
        mark: "points" as const,
      })),
      { label: "instantaneous mobility", color: color("ink"), mark: "line" },
      ...(known
        ? [{
          label: "reference, in the points' colours",
          color: color("soft"),
          mark: "dashed" as const,
        }]
        : []),
    ],
    x,
    y: { label: "m(h) / instantaneous m (1)", nice: true },
    marks: marksOf(data, hue, gridTicks(x)),
  });
  return {
    id: "mobility-windows",
    title,
    caption:
      `${memoryText(fall)} ${
        windowText(instantaneousBelow)
      }Points: means over the elements of all ` +
      "profiles about a density.",
    ...pictures,
    csv: csvOf(data),
  };
}

/** Points joined by lines, the known law as dashes, the instantaneous mobility as a level line. */
function marksOf(
  { hopTimes, groups }: MobilityWindows,
  hue: (group: number) => string,
  ticks: number[] | undefined,
): Plot.Markish[] {
  const ends = [hopTimes[0], hopTimes.at(-1)!];
  return [
    ...grid({ x: ticks }),
    Plot.ruleY([1], { stroke: color("ink"), strokeWidth: 1.5 }),
    ...groups.flatMap(({ ratio, standardError, reference }, g) => [
      ...(reference === null
        ? []
        : [curve(ends, [reference, reference], hue(g), { dashed: true, width: 1.5 })]),
      ...(hopTimes.length > 1 ? [curve(hopTimes, ratio, hue(g), { width: 1 })] : []),
      ...errorBars({ label: "", x: hopTimes, value: ratio, standardError }, hue(g)),
    ]),
  ];
}

function csvOf({ hopTimes, groups }: MobilityWindows): string {
  const rows = groups.flatMap((group) => hopTimes.map((hops, w) => ({ ...group, hops, w })));
  return toCsv([
    { name: "density", values: rows.map(({ density }) => density) },
    { name: "instantaneous", values: rows.map(({ instantaneous }) => instantaneous) },
    { name: "hop_times", values: rows.map(({ hops }) => hops) },
    { name: "ratio", values: rows.map(({ ratio, w }) => ratio[w]) },
    { name: "standard_error", values: rows.map(({ standardError, w }) => standardError[w]) },
    { name: "reference", values: rows.map(({ reference }) => reference ?? undefined) },
  ]);
}

function memoryText({ value, standardError }: MobilityWindows["fall"]): string {
  const size = `${formatPercent(Math.abs(value), 2)} (± ${formatPercent(standardError, 2)})`;
  if (value > CLEAR * standardError) {
    return `Not of gradient type: in the longest window memory of the current takes ${size} off the ` +
      "instantaneous mobility (Green and Kubo's part).";
  }
  return `In the longest window the mobility is ${size} ${
    value < 0 ? "above" : "below"
  } the instantaneous one, over all densities: nothing speaks against a process of gradient type.`;
}

const windowText = (hops: number | null) =>
  hops === null
    ? ""
    : `Windows below ${
      formatNumber(hops, 3)
    } hop times are shown only; the law is learned from longer ones. `;
