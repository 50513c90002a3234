import type { Band, LearnedLaw, Model, Prediction } from "@spiediff/predictor/portable";
import { systemTitle } from "@spiediff/model-artifact/portable";
import { colourOf } from "./chart.ts";
import { picture } from "./downloads.ts";
import { drawLaw, SHOWN } from "./law_plot.ts";
import { magnification } from "./magnify.ts";
import { densityPlot } from "./plot.ts";

export const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

/** The density at one time. */
export interface Frame {
  readonly time: number;
  readonly density: Band;
}

/** What the page shows; only this is drawn. */
export interface Shown {
  model?: Model;
  law?: LearnedLaw;
  start: Float64Array;
  frames: Frame[];
  prediction?: Prediction;
}

/** Draws what is shown, at the time that the slider says. */
export function pageView(shown: Shown) {
  const canvas = element<HTMLCanvasElement>("plot");
  const slider = element<HTMLInputElement>("time");
  const plot = densityPlot(canvas);
  const charts = [canvas, ...SHOWN.map(({ canvas }) => element<HTMLCanvasElement>(canvas))];
  /** The start is number 0 of the slider. */
  const current = (): Frame | undefined => shown.frames[slider.valueAsNumber - 1];

  const draw = () => {
    const frame = current();
    const magnify = element<HTMLInputElement>("magnify").checked;
    // One factor for all times, so that the slider shows how the band grows.
    const bands = shown.frames.map(({ density }) => density);
    plot.draw(shown.start, frame?.density, magnify ? magnification(bands, 1) : 1);
    const profile = frame?.density.mean ?? shown.start;
    const visited = [Math.min(...profile), Math.max(...profile)] as const;
    SHOWN.forEach((quantity, k) => {
      if (shown.law) drawLaw(charts[k + 1], shown.law, quantity, { magnify, visited });
    });
    element<HTMLOutputElement>("when").value = frame ? `t = ${frame.time.toPrecision(3)}` : "start";
  };

  return {
    plot,
    canvas,
    draw,
    /** Moves the slider to the newest frame. */
    follow(frames: number): void {
      slider.max = String(frames);
      slider.disabled = shown.frames.length === 0;
      slider.value = String(shown.frames.length);
      draw();
    },
    picture(): Promise<Blob> {
      const { model, law, prediction } = shown;
      const memberText = prediction
        ? `${prediction.memberCount} members; bands hold ${100 * law!.level} %`
        : "no prediction yet";
      return picture(charts, {
        title: current() ? `Density at time ${current()!.time.toPrecision(4)}` : "Start",
        lines: [modelText(model!), memberText],
        ink: colourOf(document.body as HTMLCanvasElement, "--ink"),
        paper: colourOf(document.body as HTMLCanvasElement, "--paper"),
      });
    },
  };
}

/** One line of what the model was trained on. */
export function modelText({ manifest: { system, coverage } }: Model): string {
  const [low, high] = coverage.density.map((rho) => rho.toFixed(2));
  return `${systemTitle({ system })}, ${system.sites} sites, ${system.elements} elements; ` +
    `trained on densities ${low} to ${high}`;
}
