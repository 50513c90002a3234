import * as Plot from "@observablehq/plot";
import { toCsv } from "../csv.ts";
import { draw, tickFormat } from "../draw.ts";
import { formatShort } from "../format.ts";
import type { LegendItem } from "../legend.ts";
import { RAMP_STEPS, rampColor, rampStep } from "../theme.ts";
import type { Figure, SpaceTime } from "../types.ts";
import { requireCurve, requireIncreasing, requireLength } from "../validate.ts";
import { positionLabel, timeLabel as timeLabelOf } from "./_profile_series.ts";

interface Cell {
  readonly x: number;
  readonly t: number;
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

/** What a map over space and time says in words. */
export interface SpaceTimeTexts {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** Of the quantity, for the legend. */
  readonly symbol: string;
  readonly timeLabel: string;
}

const DENSITY: SpaceTimeTexts = {
  id: "space-time",
  title: "Density over space and time",
  caption:
    "The predicted mean density at every node, from the start below to the last time above: " +
    `${RAMP_STEPS} colours of equal width between its least and greatest value.`,
  symbol: "ρ",
  timeLabel: "time t (diffusive units)",
};

/** A density, or whatever the texts say, over space and time as a map, time upwards. */
export function spaceTimeFigure(data: SpaceTime, texts: SpaceTimeTexts = DENSITY): Figure {
  const { id, title, caption, symbol, timeLabel } = texts;
  const { times, x, mean } = data;
  requireCurve("spaceTime.times", times, times.length);
  requireIncreasing("spaceTime.times", times);
  requireCurve("spaceTime.x", x, x.length);
  requireLength("spaceTime.mean", mean, times.length);
  mean.forEach((row, t) => requireCurve(`spaceTime.mean[${t}]`, row, x.length));
  const half = (x.length > 1 ? x[1] - x[0] : 1) / 2;
  const last = times[times.length - 1];
  const between = times.slice(1).map((t, k) => (t + times[k]) / 2);
  const cells = mean.flatMap((row, k) =>
    row.map((value, i): Cell => ({
      ...{ x: x[i], t: times[k], value },
      from: between[k - 1] ?? times[0],
      to: between[k] ?? last,
    }))
  );
  const low = Math.min(...mean.flat()), high = Math.max(...mean.flat());
  const pictures = draw({
    title,
    height: 320,
    legend: legendOf(low, high, symbol),
    x: { label: positionLabel(data.axes), domain: [x[0] - half, x[x.length - 1] + half] },
    y: {
      label: data.axes ? timeLabelOf(data.axes) : timeLabel,
      domain: [times[0], last],
      tickFormat: tickFormat(times),
    },
    marks: [
      Plot.rect(cells, {
        x1: (d: Cell) => d.x - half,
        x2: (d: Cell) => d.x + half,
        y1: "from",
        y2: "to",
        fill: (d: Cell) => rampColor("time", rampStep(d.value, low, high), RAMP_STEPS),
        // No paper shines through between neighbours.
        shapeRendering: "crispEdges",
      }),
    ],
  });
  return {
    id,
    title,
    caption,
    ...pictures,
    csv: toCsv([
      { name: "t", values: cells.map(({ t }) => t) },
      { name: "x", values: cells.map(({ x }) => x) },
      { name: "mean", values: cells.map(({ value }) => value) },
    ]),
  };
}

/** The lowest, the middle and the highest colour with the densities that they stand for. */
function legendOf(low: number, high: number, symbol: string): LegendItem[] {
  const width = (high - low) / RAMP_STEPS;
  return [0, (RAMP_STEPS - 1) / 2, RAMP_STEPS - 1].map((step) => ({
    label: `${symbol} = ${formatShort(low + step * width)} to ${
      formatShort(low + (step + 1) * width)
    }`,
    color: rampColor("time", step, RAMP_STEPS),
    mark: "area",
  }));
}
