import { type Model, type Prediction, predictStream } from "@spiediff/predictor/portable";
import { densityPlot } from "./plot.ts";
import { profileEditor } from "./profile_editor.ts";
import { fetchModel } from "./web_model.ts";

/** Output times of a run: the first frames are close together, where most happens. */
const FRAMES = 40;

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const number = (id: string) => element<HTMLInputElement>(id).valueAsNumber;
const status = element<HTMLOutputElement>("status");
const canvas = element<HTMLCanvasElement>("plot");
const plot = densityPlot(canvas);

/** What the page did last, for whoever looks from outside. */
interface PageState {
  state: "loading" | "ready" | "running" | "done" | "failed";
  prediction?: Prediction;
}
const page: PageState = { state: "loading" };
(globalThis as { spiediff?: PageState }).spiediff = page;

function show(state: PageState["state"], text: string): void {
  page.state = state;
  document.body.dataset.state = state;
  status.value = text;
}

function freeEnergyText({ maxFreeEnergyRise: rise }: Prediction["invariants"]): string {
  if (rise <= 0) return "the free energy never rose";
  return `the free energy rose by at most ${rise.toExponential(0)} in one step`;
}

async function run(model: Model, start: Float64Array, signal: AbortSignal): Promise<void> {
  show("running", "Making tables of the learned law …");
  const until = number("until");
  const times = Array.from({ length: FRAMES }, (_, k) => until * ((k + 1) / FRAMES) ** 2);
  const options = { seed: number("seed"), members: number("members"), signal };
  const frames = predictStream(model, start, times, options);
  for (;;) {
    const next = await frames.next();
    signal.throwIfAborted();
    if (next.done) {
      page.prediction = next.value;
      const { invariants, memberCount, seconds } = next.value;
      element<HTMLOutputElement>("warnings").value = next.value.warnings.join(" ");
      return show(
        "done",
        `${memberCount} members to time ${until} in ` +
          `${(seconds.tables + seconds.integration).toFixed(2)} s; mass kept to ` +
          `${invariants.maxMassDrift.toExponential(0)}, ${freeEnergyText(invariants)}.`,
      );
    }
    const { time, density, freeEnergy } = next.value;
    plot.draw(start, density);
    status.value = `time ${time.toFixed(4)}, free energy ${freeEnergy.mean.toFixed(4)}`;
    await new Promise(requestAnimationFrame);
  }
}

async function main(): Promise<void> {
  const model = await fetchModel(new URL("model/", document.baseURI));
  const editor = profileEditor(
    model.manifest.system.elements,
    (x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x),
  );
  let current = new AbortController();
  const restart = () => {
    current.abort();
    current = new AbortController();
    const { signal } = current;
    run(model, editor.density.slice(), signal).catch((error) => {
      if (!signal.aborted) show("failed", (error as Error).message);
    });
  };
  canvas.addEventListener("pointerdown", (event) => {
    current.abort();
    canvas.setPointerCapture(event.pointerId);
    const { x, density } = plot.locate(event);
    editor.press(x, density);
    plot.draw(editor.density);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    const { x, density } = plot.locate(event);
    editor.move(x, density);
    plot.draw(editor.density);
  });
  canvas.addEventListener("pointerup", restart);
  element("settings").addEventListener("submit", (event) => {
    event.preventDefault();
    restart();
  });
  plot.draw(editor.density);
  show("ready", "Ready: draw, or run the profile that is there.");
}

main().catch((error) => show("failed", (error as Error).message));
