import * as Plot from "@observablehq/plot";
import { toCsv } from "../csv.ts";
import { draw, tickFormat } from "../draw.ts";
import { formatLevel, formatNumber } from "../format.ts";
import { color } from "../theme.ts";
import type { Figure, MassDeviation, TimeSeries } from "../types.ts";
import { requireCurve, requireIncreasing } from "../validate.ts";
import { timeLabel } from "./_profile_series.ts";
import { band, curve, dots, grid } from "./_marks.ts";

/** More points than these are a curve by themselves. */
const MOST_DOTS = 20;

/** Free energy over time: each member must fall monotonically, so must mean and band. */
export function freeEnergyFigure(data: TimeSeries, id = "free-energy-over-time"): Figure {
  const n = data.times.length;
  requireCurve("freeEnergy.times", data.times, n);
  requireIncreasing("freeEnergy.times", data.times);
  for (const key of ["mean", "lower", "upper"] as const) {
    requireCurve(`freeEnergy.${key}`, data[key], n);
  }
  const title = "Free energy over time";
  const pictures = draw({
    title,
    height: 280,
    legend: [{
      label: `mean and ${formatLevel(data.level)} band`,
      color: color("learned"),
      mark: "band",
    }],
    x: { label: timeLabel(data.axes), tickFormat: tickFormat(data.times) },
    y: {
      label: `free energy F (${data.axes?.energy ?? "energy"})`,
      nice: true,
      tickFormat: tickFormat(data.mean),
    },
    marks: [
      ...grid(),
      band(data.times, data.lower, data.upper, color("learned")),
      curve(data.times, data.mean, color("learned")),
      ...(n > MOST_DOTS ? [] : [dots(data.times, data.mean, color("learned"))]),
    ],
  });
  return {
    id,
    title,
    caption:
      "A purely dissipative law can only lower the free energy. Each member does so exactly; " +
      `the band is their spread, at the last time ${formatNumber(data.lower[n - 1], 5)} to ${
        formatNumber(data.upper[n - 1], 5)
      }.`,
    ...pictures,
    csv: toCsv([
      { name: "t", values: data.times },
      { name: "mean", values: data.mean },
      { name: "lower", values: data.lower },
      { name: "upper", values: data.upper },
    ], data.level),
  };
}

/** Relative deviation of the mass from its initial value, the worst member at each time. */
export function massFigure(
  data: MassDeviation,
  id = "mass-over-time",
): Figure {
  requireCurve("massDeviation.times", data.times, data.times.length);
  requireIncreasing("massDeviation.times", data.times);
  requireCurve("massDeviation.values", data.values, data.times.length);
  const largest = Math.max(...data.values.map(Math.abs), 1e-16);
  const title = "Mass over time";
  const pictures = draw({
    title,
    height: 220,
    legend: [{ label: "largest deviation of any member", color: color("learned"), mark: "line" }],
    marginLeft: 78,
    x: { label: timeLabel(data.axes), tickFormat: tickFormat(data.times) },
    y: {
      label: "(mass − initial mass) / initial mass (dimensionless)",
      domain: [-1.1 * largest, 1.1 * largest],
      ticks: 5,
      tickFormat: tickFormat([largest]),
    },
    marks: [
      ...grid(),
      Plot.ruleY([0], { stroke: color("soft") }),
      curve(data.times, data.values, color("learned")),
      dots(data.times, data.values, color("learned")),
    ],
  });
  return {
    id,
    title,
    caption: "The operator's rows sum to zero, so mass changes by rounding errors only " +
      "(a double carries about 2 × 10⁻¹⁶).",
    ...pictures,
    csv: toCsv([
      { name: "t", values: data.times },
      { name: "relative_mass_deviation", values: data.values },
    ]),
  };
}
