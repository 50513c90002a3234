import type { Band } from "@spiediff/predictor/portable";

/** Margins of the plot inside of its canvas, pixels. */
const MARGIN = { left: 70, right: 20, top: 20, bottom: 50 };

/** Draws on a canvas and turns its pixels into positions and densities. */
export interface Plot {
  draw(start: Float64Array, frame?: Band): void;
  /** Position in [0, 1] and density under a pointer. */
  locate(event: PointerEvent): { x: number; density: number };
}

/** A plot of periodic nodal values over [0, 1]; colours come from the page's style. */
export function densityPlot(canvas: HTMLCanvasElement): Plot {
  const context = canvas.getContext("2d")!;
  const width = canvas.width - MARGIN.left - MARGIN.right;
  const height = canvas.height - MARGIN.top - MARGIN.bottom;
  const atX = (x: number) => MARGIN.left + x * width;
  const atY = (density: number) => MARGIN.top + (1 - density) * height;
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
  const axes = () => {
    context.strokeStyle = context.fillStyle = colour("--quiet");
    context.lineWidth = 1;
    context.font = "20px system-ui, sans-serif";
    context.textAlign = "right";
    for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
      context.globalAlpha = 0.35;
      context.strokeRect(MARGIN.left, atY(tick), width, 0);
      context.globalAlpha = 1;
      context.fillText(String(tick), MARGIN.left - 10, atY(tick) + 7);
    }
    context.textAlign = "center";
    for (const tick of [0, 0.5, 1]) context.fillText(String(tick), atX(tick), canvas.height - 18);
    context.fillText("position", atX(0.25), canvas.height - 18);
    context.save();
    context.translate(18, atY(0.5));
    context.rotate(-Math.PI / 2);
    context.fillText("density", 0, 0);
    context.restore();
  };
  return {
    draw(start, frame) {
      context.clearRect(0, 0, canvas.width, canvas.height);
      axes();
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
      return { x: (x - MARGIN.left) / width, density: 1 - (y - MARGIN.top) / height };
    },
  };
}
