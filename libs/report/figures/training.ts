import * as Plot from "@observablehq/plot";
import { toCsv } from "../csv.ts";
import { draw } from "../draw.ts";
import { formatCount, formatSeconds, formatTick } from "../format.ts";
import type { LegendItem } from "../legend.ts";
import { color, SERIES_COLORS } from "../theme.ts";
import type { Figure, StageTime, TrainingCurve } from "../types.ts";
import { requireCurve, requireFinite, requireLength } from "../validate.ts";
import { axis, gridTicks } from "./_axis.ts";
import { grid } from "./_marks.ts";

/** Losses are positive; a zero or a negative one has no place on a log axis and is an error upstream. */
function requirePositive(name: string, values: number[]): void {
  requireFinite(name, values);
  const bad = values.findIndex((value) => value <= 0);
  if (bad >= 0) {
    throw new RangeError(`${name}[${bad}] is ${values[bad]}; a log axis needs positive losses.`);
  }
}

/** One point of a curve. */
interface Row {
  readonly model: string;
  readonly set: "train" | "held-out";
  readonly step: number;
  readonly loss: number;
  readonly hue: string;
}

function rowsOf(entry: TrainingCurve, i: number): Row[] {
  const name = `training[${i}] "${entry.name}"`;
  requireCurve(`${name}.steps`, entry.steps, entry.steps.length);
  requireLength(`${name}.loss`, entry.loss, entry.steps.length);
  requirePositive(`${name}.loss`, entry.loss);
  const { heldOut } = entry;
  if (heldOut) {
    requireFinite(`${name}.heldOut.steps`, heldOut.steps);
    requireLength(`${name}.heldOut.loss`, heldOut.loss, heldOut.steps.length);
    requirePositive(`${name}.heldOut.loss`, heldOut.loss);
  }
  const part = (set: Row["set"], steps: number[], loss: number[]) =>
    steps.map((step, k) => ({ model: entry.name, set, step, loss: loss[k], hue: hueOf(i) }));
  return [
    ...part("train", entry.steps, entry.loss),
    ...(heldOut ? part("held-out", heldOut.steps, heldOut.loss) : []),
  ];
}

const hueOf = (i: number) => SERIES_COLORS[i % SERIES_COLORS.length];

function legendOf(curves: readonly TrainingCurve[]): LegendItem[] {
  const heldOut = curves.some((entry) => entry.heldOut);
  return [
    ...curves.map((entry, i) => ({
      label: entry.name.replace("K1", "K₁"),
      color: hueOf(i),
      mark: "line" as const,
    })),
    ...(heldOut ? [{ label: "held out", color: color("soft"), mark: "dashed" as const }] : []),
  ];
}

/** Training and held-out loss against optimiser step, log scale. */
export function trainingFigure(curves: TrainingCurve[], id = "training"): Figure {
  requireLength("training", curves, curves.length);
  const rows = curves.flatMap(rowsOf);
  const lines = (set: Row["set"], stroke: Plot.LineOptions) =>
    Plot.line(rows.filter((row) => row.set === set), {
      x: "step",
      y: "loss",
      z: "model",
      stroke: (d: Row) => d.hue,
      ...stroke,
    });
  const title = "Training losses";
  const y = axis("loss (normalised, log scale)", true, rows.map((row) => row.loss));
  const pictures = draw({
    title,
    height: 300,
    legend: legendOf(curves),
    x: { label: "optimiser step (count)", tickFormat: formatCount },
    y,
    marks: [
      ...grid({ y: gridTicks(y) }),
      lines("train", { strokeWidth: 1.3 }),
      lines("held-out", { strokeWidth: 1.6, strokeDasharray: "5,3" }),
    ],
  });
  return {
    id,
    title,
    caption:
      "Loss of each network against optimiser step, in its own normalised units: compare a " +
      "curve with itself, not with its neighbours. A held-out curve that turns up means overfitting.",
    ...pictures,
    csv: toCsv([
      { name: "model", values: rows.map((row) => row.model) },
      { name: "set", values: rows.map((row) => row.set) },
      { name: "step", values: rows.map((row) => row.step) },
      { name: "loss", values: rows.map((row) => row.loss) },
    ]),
  };
}

/** A bar; the key is its number. */
type Bar = StageTime & { readonly key: string };

/** Bars with their seconds, names beside them or else over them. */
function stageMarks(rows: readonly Bar[], beside: boolean): Plot.Markish[] {
  const text = { y: "key", textAnchor: "start", fill: color("ink") } as const;
  return [
    Plot.gridX({ stroke: color("grid"), strokeOpacity: 1 }),
    Plot.barX(rows, {
      y: "key",
      x: "seconds",
      fill: color("learned"),
      insetTop: beside ? 2 : 18,
      insetBottom: 2,
    }),
    ...(beside
      ? []
      : [Plot.text(rows, { ...text, x: 0, text: (d: Bar) => shorten(d.stage, 42), dy: -10 })]),
    Plot.text(rows, {
      ...text,
      x: "seconds",
      text: (d: Bar) => formatSeconds(d.seconds),
      dx: 6,
      dy: beside ? 0 : 8,
    }),
  ];
}

/** Wall-clock seconds of each stage as bars, in the order in which they ran. */
export function stageTimesFigure(stages: StageTime[], id = "stage-times"): Figure {
  requireLength("stages", stages, stages.length);
  requireFinite("stages.seconds", stages.map((entry) => entry.seconds));
  // Two stages of one name stay two bars.
  const rows = stages.map((entry, i) => ({ ...entry, key: `${i}` }));
  const longest = Math.max(...stages.map((entry) => entry.seconds), 1e-9);
  const title = "Time of each stage";
  const nameWidth = Math.max(...stages.map((entry) => entry.stage.length)) * 6.8;
  const margin = Math.min(300, 22 + nameWidth);
  // Where names and bars do not fit side by side, a name stands over its bar.
  const beside = (width: number) => margin < width / 2;
  const left = (width: number) => beside(width) ? margin : 16;
  // Behind the longest bar its seconds have room, of which the right margin is a part.
  const reach = (plot: number) => longest * plot / (plot - 56);
  const pictures = draw((width) => ({
    title,
    height: 76 + (beside(width) ? 26 : 42) * stages.length,
    legend: [],
    marginLeft: left(width),
    x: {
      label: "wall-clock time (s)",
      domain: [0, reach(width - left(width) - 24)],
      tickFormat: formatTick,
    },
    y: {
      type: "band",
      label: "",
      domain: rows.map((row) => row.key),
      tickFormat: (key: string) => beside(width) ? shorten(rows[Number(key)].stage, 42) : "",
      tickSize: 0,
    },
    marks: stageMarks(rows, beside(width)),
  }));
  return {
    id,
    title,
    caption: `Wall-clock time by stage; ${
      formatSeconds(stages.reduce((sum, entry) => sum + entry.seconds, 0))
    } in all.`,
    ...pictures,
    csv: toCsv([
      { name: "stage", values: stages.map((entry) => entry.stage) },
      { name: "seconds", values: stages.map((entry) => entry.seconds) },
    ]),
  };
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
