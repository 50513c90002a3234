import type { Band, LearnedLaw } from "@spiediff/predictor/portable";
import {
  type Axis,
  type Chart,
  chartOn,
  colourOf,
  drawArea,
  drawAxes,
  drawCorner,
  drawLine,
  LINE,
  ticksOf,
} from "./chart.ts";
import { magnification, magnified } from "./magnify.ts";

/** The functions that stand beside the profile, and the canvas of each. */
export const SHOWN = [
  { key: "mobility", canvas: "mobility", label: "mobility m" },
  { key: "diffusivity", canvas: "diffusivity", label: "diffusivity D" },
  { key: "drivingForce", canvas: "force", label: "driving force f′" },
] as const;

/** What is common to the three pictures of a law. */
export interface LawView {
  readonly magnify: boolean;
  /** Least and greatest density of the profile that is shown; marked in the pictures. */
  readonly visited: readonly [number, number];
}

/** Draws one function of a law over densities with its band. */
export function drawLaw(
  canvas: HTMLCanvasElement,
  law: LearnedLaw,
  { key, label }: (typeof SHOWN)[number],
  { magnify, visited }: LawView,
): void {
  const { density } = law;
  const band = law[key];
  const factor = magnify ? magnification([band], extentOf(band.mean)) : 1;
  const edges = magnified(band, factor);
  const x = densityAxis(density[0], density[density.length - 1]);
  const y = valueAxis(edges, label);
  const chart = chartOn(canvas, x, y);
  drawAxes(chart, x, y, colourOf(canvas, "--quiet"));
  markDensities(chart, x, visited, colourOf(canvas, "--start"));
  const colour = colourOf(canvas, "--mean");
  const over = (values: Float64Array) => ({ x: density, y: values });
  drawArea(chart, over(edges.upper), over(edges.lower), colour);
  drawLine(chart, over(band.mean), colour, LINE);
  if (factor > 1) drawCorner(chart, `band × ${factor}`, colour);
}

const densityAxis = (low: number, high: number): Axis => ({
  ...{ low, high, ticks: ticksOf(low, high) },
  label: "density",
});

function valueAxis({ lower, upper }: Pick<Band, "lower" | "upper">, label: string): Axis {
  const [least, greatest] = [Math.min(...lower), Math.max(...upper)];
  const room = Math.max(0.05 * (greatest - least), 1e-9);
  // The corner's word stands above the curve.
  const [low, high] = [least - room, greatest + 3 * room];
  return { low, high, ticks: ticksOf(low, high), label };
}

/** Range of a curve, or a tenth of its size where it is flatter than that. */
function extentOf(values: Float64Array): number {
  const size = Math.max(...values.map(Math.abs));
  return Math.max(Math.max(...values) - Math.min(...values), size / 10);
}

/** A stripe over the densities of the profile, as far as the axis reaches. */
function markDensities(
  { context, atX, top, height }: Chart,
  { low, high }: Axis,
  visited: readonly [number, number],
  colour: string,
): void {
  const [from, to] = visited.map((rho) => atX(Math.min(high, Math.max(low, rho))));
  context.fillStyle = colour;
  context.globalAlpha = 0.12;
  context.fillRect(from, top, to - from, height);
  context.globalAlpha = 1;
}
