/** Axes, lines and bands on a canvas; colours come from the page's style. */

/** Height of letters on the screen, CSS pixels, at least; the canvas is drawn larger and scaled. */
const LETTERS = 11;

/** Thickness of a curve, and of one that stands behind it, in heights of letters. */
export const LINE = 0.2;
export const THIN = 0.08;

/** Values along one side of a chart. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly label: string;
}

/** Where a chart's axes stand on the canvas, in its pixels. */
export interface Chart {
  readonly context: CanvasRenderingContext2D;
  readonly letters: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  atX(x: number): number;
  atY(y: number): number;
}

/** The canvas takes the shape that the page's style gives it; its width in pixels stays. */
export function chartOn(canvas: HTMLCanvasElement, x: Axis, y: Axis): Chart {
  const { clientWidth, clientHeight } = canvas;
  if (clientWidth > 0 && clientHeight > 0) {
    const wanted = Math.round(canvas.width * clientHeight / clientWidth);
    // Setting the height clears the canvas, also where it is the same.
    if (canvas.height !== wanted) canvas.height = wanted;
  }
  const letters = Math.max(20, LETTERS * canvas.width / (clientWidth || canvas.width));
  const [left, top] = [4.6 * letters, letters];
  const width = canvas.width - left - letters;
  const height = canvas.height - top - 3.6 * letters;
  return {
    context: canvas.getContext("2d")!,
    ...{ letters, left, top, width, height },
    atX: (value) => left + (value - x.low) / (x.high - x.low) * width,
    atY: (value) => top + (y.high - value) / (y.high - y.low) * height,
  };
}

/** A colour of the page's style as a canvas takes it: light-dark(...) is resolved only where it is used. */
export function colourOf(canvas: HTMLCanvasElement, name: string): string {
  canvas.style.color = `var(${name})`;
  return getComputedStyle(canvas).color;
}

/** Empties the chart and draws its axes. */
export function drawAxes(chart: Chart, x: Axis, y: Axis, colour: string): void {
  const { context, letters, left, top, width, height, atX, atY } = chart;
  const bottom = top + height + 3.6 * letters;
  context.clearRect(0, 0, left + width + letters, bottom);
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1;
  context.font = `${letters}px system-ui, sans-serif`;
  context.textAlign = "right";
  for (const tick of y.ticks) {
    context.globalAlpha = 0.35;
    context.strokeRect(left, atY(tick), width, 0);
    context.globalAlpha = 1;
    context.fillText(String(tick), left - letters / 2, atY(tick) + letters / 3);
  }
  context.textAlign = "center";
  const row = (n: number) => bottom - n * letters;
  for (const tick of x.ticks) context.fillText(String(tick), atX(tick), row(2.2));
  context.fillText(x.label, atX((x.low + x.high) / 2), row(0.7));
  context.save();
  context.translate(1.1 * letters, atY((y.low + y.high) / 2));
  context.rotate(-Math.PI / 2);
  context.fillText(y.label, 0, 0);
  context.restore();
}

/** Values at positions, which need not lie in order. */
export interface Curve {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** @param thickness In heights of letters. */
export function drawLine(chart: Chart, curve: Curve, colour: string, thickness: number): void {
  const { context } = chart;
  context.beginPath();
  trace(chart, curve, false);
  context.strokeStyle = colour;
  context.lineWidth = thickness * chart.letters;
  context.stroke();
}

/** The area between two curves over the same positions. */
export function drawArea(chart: Chart, upper: Curve, lower: Curve, colour: string): void {
  const { context } = chart;
  context.beginPath();
  trace(chart, upper, false);
  trace(chart, lower, true);
  context.fillStyle = colour;
  context.globalAlpha = 0.3;
  context.fill();
  context.globalAlpha = 1;
}

/** A word in the chart's upper right corner. */
export function drawCorner(chart: Chart, text: string, colour: string): void {
  const { context, letters, left, top, width } = chart;
  context.fillStyle = colour;
  context.textAlign = "right";
  context.fillText(text, left + width - letters / 3, top + letters);
}

function trace({ context, atX, atY }: Chart, { x, y }: Curve, backwards: boolean): void {
  for (let k = 0; k < x.length; k++) {
    const i = backwards ? x.length - 1 - k : k;
    if (k === 0 && !backwards) context.moveTo(atX(x[i]), atY(y[i]));
    else context.lineTo(atX(x[i]), atY(y[i]));
  }
}

/** Round numbers inside of an interval, about `count` of them. */
export function ticksOf(low: number, high: number, count = 4): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((step) => step >= rough * 0.999)!;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}
