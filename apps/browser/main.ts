import type { Model } from "@spiediff/predictor/portable";
import { lawCsv, learnedLaw, predictionCsv, predictStream } from "@spiediff/predictor/portable";
import { csvFile, download } from "./downloads.ts";
import { type ChosenFile, droppedFiles, filesOf, modelFiles } from "./model_files.ts";
import { profileEditor } from "./profile_editor.ts";
import { element, modelText, pageView, type Shown } from "./view.ts";
import { fetchModel, readModelFiles } from "./web_model.ts";

/** Output times of a run: the first frames are close together, where most happens. */
const FRAMES = 40;
/** Densities at which the law is drawn. */
const DENSITIES = 61;

const number = (id: string) => element<HTMLInputElement>(id).valueAsNumber;
const firstProfile = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);

type State = "loading" | "ready" | "running" | "done" | "failed";
/** What the page did last, for whoever looks from outside. */
const page: Shown & { state: State } = { state: "loading", start: new Float64Array(), frames: [] };
(globalThis as { spiediff?: typeof page }).spiediff = page;
const view = pageView(page);
let editor = profileEditor(25, firstProfile);
let current = new AbortController();
/** Members and seed of the law that is shown. */
let lawOf = "";

function show(state: State, text: string): void {
  page.state = state;
  document.body.dataset.state = state;
  element<HTMLOutputElement>("status").value = text;
  element<HTMLButtonElement>("law-csv").disabled = !page.law;
  element<HTMLButtonElement>("png").disabled = !page.model;
  element<HTMLButtonElement>("profile-csv").disabled = !page.prediction;
}

const painted = () => new Promise(requestAnimationFrame);

/** Does what a person asked for, in place of what they asked for before; mistakes are shown. */
async function attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  current.abort();
  const { signal } = current = new AbortController();
  try {
    await work(signal);
  } catch (error) {
    if (!signal.aborted) show("failed", (error as Error).message);
  }
}

async function showLaw(model: Model, signal: AbortSignal): Promise<void> {
  const options = { members: number("members"), seed: number("seed"), signal };
  const key = JSON.stringify(options);
  if (page.law && key === lawOf) return;
  show("running", "Evaluating the law …");
  await painted();
  const [low, high] = model.manifest.coverage.density;
  const density = Float64Array.from(
    { length: DENSITIES },
    (_, i) => low + (high - low) * i / (DENSITIES - 1),
  );
  const law = await learnedLaw(model, density, options);
  signal.throwIfAborted();
  [page.law, lawOf] = [law, key];
  view.draw();
}

function forget(): void {
  page.frames = [];
  page.prediction = undefined;
  page.start = editor.density.slice();
  element<HTMLOutputElement>("warnings").value = "";
  view.follow(FRAMES);
}

async function run(model: Model, signal: AbortSignal): Promise<void> {
  forget();
  await showLaw(model, signal);
  show("running", "Making tables of the learned law …");
  await painted();
  const until = number("until");
  const times = Array.from({ length: FRAMES }, (_, k) => until * ((k + 1) / FRAMES) ** 2);
  const options = { seed: number("seed"), members: number("members"), signal };
  const frames = predictStream(model, page.start, times, options);
  for (;;) {
    const next = await frames.next();
    signal.throwIfAborted();
    if (next.done) {
      page.prediction = next.value;
      element<HTMLOutputElement>("warnings").value = next.value.warnings.join(" ");
      return show("done", summary(next.value));
    }
    const { time, density, freeEnergy } = next.value;
    page.frames.push({ time, density });
    view.follow(FRAMES);
    element<HTMLOutputElement>("status").value = `free energy ${freeEnergy.mean.toFixed(4)}`;
    await painted();
  }
}

function summary({ invariants, memberCount, seconds, times }: NonNullable<Shown["prediction"]>) {
  const { maxMassDrift, maxFreeEnergyRise: rise } = invariants;
  const energy = rise === null
    ? "nothing is claimed of the free energy in a field"
    : rise <= 0
    ? "the free energy never rose"
    : `the free energy rose by at most ${rise.toExponential(0)} in one step`;
  return `${memberCount} members to time ${times.at(-1)} in ` +
    `${(seconds.tables + seconds.integration).toFixed(2)} s; mass kept to ` +
    `${maxMassDrift.toExponential(0)}, ${energy}.`;
}

/** Shows another model; the one before stays if this one cannot be opened. */
async function change(open: () => Promise<Model>, signal: AbortSignal): Promise<void> {
  show("loading", "Loading the model …");
  const model = await open();
  if (signal.aborted) return void model.close();
  await page.model?.close();
  page.model = model;
  page.law = undefined;
  element<HTMLOutputElement>("model-text").value = modelText(model);
  const { elements } = model.manifest.system;
  if (editor.density.length !== elements) editor = profileEditor(elements, firstProfile);
  forget();
  await showLaw(model, signal);
  show("ready", "Ready: draw, or run the profile that is there.");
}

async function ownModel(folder: URL): Promise<Model> {
  const { ok } = await fetch(new URL("manifest.json", folder));
  if (!ok) {
    throw new Error("This page has no model of its own: drop a model's folder, or choose one.");
  }
  return fetchModel(folder);
}

const choose = (files: () => Promise<ChosenFile[]> | ChosenFile[]) => {
  // What was dropped must be taken before anything is waited for.
  const chosen = files();
  return attempt((signal) => change(async () => readModelFiles(modelFiles(await chosen)), signal));
};

const restart = () =>
  attempt(async (signal) => {
    if (!page.model) {
      throw new Error("There is no model yet: drop a model's folder, or choose one.");
    }
    await run(page.model, signal);
  });

function listenToCanvas(): void {
  const { canvas, plot } = view;
  const stroke = (event: PointerEvent, first: boolean) => {
    const { x, density } = plot.locate(event);
    if (first) editor.press(x, density);
    else editor.move(x, density);
    forget();
  };
  canvas.addEventListener("pointerdown", (event) => {
    current.abort();
    canvas.setPointerCapture(event.pointerId);
    stroke(event, true);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) stroke(event, false);
  });
  canvas.addEventListener("pointerup", restart);
}

function listen(): void {
  listenToCanvas();
  element("settings").addEventListener("submit", (event) => {
    event.preventDefault();
    restart();
  });
  for (const id of ["time", "magnify"]) element(id).addEventListener("input", view.draw);
  addEventListener("resize", view.draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", view.draw);
  const input = element<HTMLInputElement>("folder");
  input.addEventListener("change", () => choose(() => filesOf(input.files!)));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer) choose(() => droppedFiles(event.dataTransfer!));
  });
  const give = (id: string, name: string, data: () => Blob | Promise<Blob>) =>
    element(id).addEventListener("click", async () => download(name, await data()));
  give("profile-csv", "profile.csv", () => csvFile(predictionCsv(page.prediction!)));
  give("law-csv", "law.csv", () => csvFile(lawCsv(page.law!)));
  give("png", "spiediff.png", view.picture);
}

listen();
forget();
attempt((signal) => change(() => ownModel(new URL("model/", document.baseURI)), signal));
