import type { Band } from "@spiediff/predictor/portable";
import {
  type Axis,
  chartOn,
  colourOf,
  drawArea,
  drawAxes,
  drawCorner,
  drawLine,
  LINE,
  THIN,
} from "./chart.ts";
import { magnified } from "./magnify.ts";

/** Draws on a canvas and turns its pixels into positions and densities. */
export interface Plot {
  /** @param factor How many times as wide as it is the band is drawn; said beside it. */
  draw(start: Float64Array, frame?: Band, factor?: number): void;
  /** Position in [0, 1] and density under a pointer. */
  locate(event: PointerEvent): { x: number; density: number };
}

const POSITION: Axis = {
  low: 0,
  high: 1,
  ticks: [0, 0.5, 1],
  label: "position x (domain lengths)",
};
const DENSITY: Axis = {
  ...{ low: 0, high: 1, ticks: [0, 0.25, 0.5, 0.75, 1] },
  label: "density (particles per site)",
};

/** A plot of periodic nodal values over [0, 1]. */
export function densityPlot(canvas: HTMLCanvasElement): Plot {
  return {
    draw(start, frame, factor = 1) {
      const chart = chartOn(canvas, POSITION, DENSITY);
      drawAxes(chart, POSITION, DENSITY, colourOf(canvas, "--quiet"));
      drawLine(chart, around(start), colourOf(canvas, "--start"), frame ? THIN : LINE);
      if (!frame) return;
      const { lower, upper } = factor === 1 ? frame : magnified(frame, factor);
      const colour = colourOf(canvas, "--mean");
      drawArea(chart, around(upper), around(lower), colour);
      drawLine(chart, around(frame.mean), colour, LINE);
      if (factor > 1) drawCorner(chart, `band drawn × ${factor}`, colour);
    },
    locate(event) {
      const { left, top, width, height } = chartOn(canvas, POSITION, DENSITY);
      const box = canvas.getBoundingClientRect();
      const x = (event.clientX - box.left) * canvas.width / box.width;
      const y = (event.clientY - box.top) * canvas.height / box.height;
      return { x: (x - left) / width, density: 1 - (y - top) / height };
    },
  };
}

/** Nodal values with the first one again at x = 1, where the domain closes. */
const around = (values: Float64Array) => ({
  x: Float64Array.from({ length: values.length + 1 }, (_, i) => i / values.length),
  y: Float64Array.from({ length: values.length + 1 }, (_, i) => values[i % values.length]),
});
