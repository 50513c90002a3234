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
  const svg = draw({
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
    svg,
    csv: toCsv([
      { name: "model", values: rows.map((row) => row.model) },
      { name: "set", values: rows.map((row) => row.set) },
      { name: "step", values: rows.map((row) => row.step) },
      { name: "loss", values: rows.map((row) => row.loss) },
    ]),
  };
}

/** Wall-clock seconds of each stage as bars, in the order in which they ran. */
export function stageTimesFigure(stages: StageTime[], id = "stage-times"): Figure {
  requireLength("stages", stages, stages.length);
  requireFinite("stages.seconds", stages.map((entry) => entry.seconds));
  // Two stages of one name stay two bars.
  const rows = stages.map((entry, i) => ({ ...entry, key: `${i}` }));
  type Bar = typeof rows[number];
  const longest = Math.max(...stages.map((entry) => entry.seconds), 1e-9);
  const title = "Time of each stage";
  const nameWidth = Math.max(...stages.map((entry) => entry.stage.length)) * 6.8;
  const svg = draw({
    title,
    height: 76 + 26 * stages.length,
    legend: [],
    marginLeft: Math.min(300, 22 + nameWidth),
    x: { label: "wall-clock time (s)", domain: [0, longest * 1.16], tickFormat: formatTick },
    y: {
      type: "band",
      label: "",
      domain: rows.map((row) => row.key),
      tickFormat: (key: string) => shorten(rows[Number(key)].stage, 42),
      tickSize: 0,
    },
    marks: [
      Plot.gridX({ stroke: color("grid"), strokeOpacity: 1 }),
      Plot.barX(rows, {
        y: "key",
        x: "seconds",
        fill: color("learned"),
        insetTop: 2,
        insetBottom: 2,
      }),
      Plot.text(rows, {
        y: "key",
        x: "seconds",
        text: (d: Bar) => formatSeconds(d.seconds),
        textAnchor: "start",
        dx: 6,
        fill: color("ink"),
      }),
    ],
  });
  return {
    id,
    title,
    caption: `Wall-clock time by stage; ${
      formatSeconds(stages.reduce((sum, entry) => sum + entry.seconds, 0))
    } in all.`,
    svg,
    csv: toCsv([
      { name: "stage", values: stages.map((entry) => entry.stage) },
      { name: "seconds", values: stages.map((entry) => entry.seconds) },
    ]),
  };
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
