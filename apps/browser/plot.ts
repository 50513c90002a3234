import type { Band } from "@spiediff/predictor/portable";

/** Height of letters on the screen, CSS pixels, at least; the canvas is drawn larger and scaled. */
const LETTERS = 11;

/** Draws on a canvas and turns its pixels into positions and densities. */
export interface Plot {
  draw(start: Float64Array, frame?: Band): void;
  /** Position in [0, 1] and density under a pointer. */
  locate(event: PointerEvent): { x: number; density: number };
}

/** A plot of periodic nodal values over [0, 1]; colours come from the page's style. */
export function densityPlot(canvas: HTMLCanvasElement): Plot {
  const context = canvas.getContext("2d")!;
  const letters = Math.max(20, LETTERS * canvas.width / (canvas.clientWidth || canvas.width));
  const margin = { left: 4.6 * letters, right: letters, top: letters, bottom: 3.6 * letters };
  const width = canvas.width - margin.left - margin.right;
  const height = canvas.height - margin.top - margin.bottom;
  const atX = (x: number) => margin.left + x * width;
  const atY = (density: number) => margin.top + (1 - density) * height;
  const frameOfAxes = { letters, left: margin.left, width, bottom: canvas.height, atX, atY };
  // Style values such as light-dark(...) are resolved only where they are used.
  const colour = (name: string) => {
    canvas.style.color = `var(${name})`;
    return getComputedStyle(canvas).color;
  };
  const trace = (values: Float64Array, backwards = false) => {
    for (let k = 0; k <= values.length; k++) {
      const i = backwards ? values.length - k : k;
      const [x, y] = [atX(i / values.length), atY(values[i % values.length])];
      if (k === 0 && !backwards) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
  };
  const line = (values: Float64Array, stroke: string, thickness: number) => {
    context.beginPath();
    trace(values);
    context.strokeStyle = stroke;
    context.lineWidth = thickness;
    context.stroke();
  };
  return {
    draw(start, frame) {
      context.clearRect(0, 0, canvas.width, canvas.height);
      drawAxes(context, frameOfAxes, colour("--quiet"));
      line(start, colour("--start"), frame ? 1.5 : 4);
      if (!frame) return;
      context.beginPath();
      trace(frame.upper);
      trace(frame.lower, true);
      context.fillStyle = colour("--mean");
      context.globalAlpha = 0.3;
      context.fill();
      context.globalAlpha = 1;
      line(frame.mean, colour("--mean"), 4);
    },
    locate(event) {
      const box = canvas.getBoundingClientRect();
      const x = (event.clientX - box.left) * canvas.width / box.width;
      const y = (event.clientY - box.top) * canvas.height / box.height;
      return { x: (x - margin.left) / width, density: 1 - (y - margin.top) / height };
    },
  };
}

/** Where axes stand on the canvas, in its pixels. */
interface AxesFrame {
  readonly letters: number;
  readonly left: number;
  readonly width: number;
  readonly bottom: number;
  atX(x: number): number;
  atY(density: number): number;
}

function drawAxes(
  context: CanvasRenderingContext2D,
  { letters, left, width, bottom, atX, atY }: AxesFrame,
  colour: string,
): void {
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1;
  context.font = `${letters}px system-ui, sans-serif`;
  context.textAlign = "right";
  for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
    context.globalAlpha = 0.35;
    context.strokeRect(left, atY(tick), width, 0);
    context.globalAlpha = 1;
    context.fillText(String(tick), left - letters / 2, atY(tick) + letters / 3);
  }
  context.textAlign = "center";
  const row = (n: number) => bottom - n * letters;
  for (const tick of [0, 0.5, 1]) context.fillText(String(tick), atX(tick), row(2.2));
  context.fillText("position x (domain lengths)", atX(0.5), row(0.7));
  context.save();
  context.translate(1.1 * letters, atY(0.5));
  context.rotate(-Math.PI / 2);
  context.fillText("density (particles per site)", 0, 0);
  context.restore();
}
