/**
 * `deno task study gallery`: a small run of every process with an exact law, and one in a field, as `demo --preset
 * NAME --quick` makes it; pictures into docs/studies/gallery, figures into docs/gallery.md. Killed, it goes on from
 * the stages that are done (runs/studies/gallery).
 */
import { originOf, runDemo } from "@spiediff/demo";
import {
  type Claim,
  fieldFigures,
  type Figure,
  formatCount,
  formatNumber,
  formatPercent,
  mobilityWindowsFigure,
  profilesFigure,
} from "@spiediff/report";
import { reportData, runMetrics } from "@spiediff/run-report";
import { ROOT } from "../../root.ts";
import { progress, workersOption, writeStudy } from "../_study.ts";
import { ENTRIES, type Entry } from "./entries.ts";

const SEED = 1;
/** Characters of a picture. */
const MOST = 60_000;
const FOLDER = `${ROOT}/runs/studies/gallery`;

interface Shown {
  readonly entry: Entry;
  readonly figures: readonly Figure[];
  readonly cells: readonly string[];
  readonly claims: readonly Claim[];
}

const shown: Shown[] = [];
for (const entry of ENTRIES) {
  progress(entry.title);
  shown.push(await show(entry));
}

async function show(entry: Entry): Promise<Shown> {
  const experiment = entry.experiment(SEED), { id, title, text } = entry;
  const options = {
    ...{ folder: `${FOLDER}/${id}`, workers: workersOption(), silent: true },
    command: "deno task study gallery",
  };
  const result = await runDemo(experiment, options);
  const origin = originOf(experiment, options.command, result.run.training.backend);
  const { prediction, windows, mobility } = reportData(experiment, origin, result);
  const named = (figure: Figure, suffix: string, more: string): Figure => ({
    ...figure,
    id: `${id}${suffix}`,
    title: `${title}${more}`,
  });
  const [picture] = "x" in prediction ? [profilesFigure(prediction)] : fieldFigures(prediction);
  const figures = [
    { ...named(picture, "", ""), caption: text },
    ...(entry.windows && windows
      ? [named(mobilityWindowsFigure(windows, mobility.quantity), "-windows", ", windows")]
      : []),
  ];
  const tooLarge = figures.find(({ svg }) => svg.length > MOST);
  if (tooLarge) throw new RangeError(`${tooLarge.id}.svg has ${tooLarge.svg.length} characters.`);
  const { k1, freeEnergyGaugeFree, diffusivity, bandCoverageWithKmcError } = runMetrics(result);
  const sampled = experiment.sampling.burnIn + Math.max(...experiment.sampling.h);
  const percent = (value: number | null) => value === null ? "–" : formatPercent(value, 2);
  return {
    entry,
    figures,
    cells: [
      ...[k1, freeEnergyGaugeFree, diffusivity, bandCoverageWithKmcError].map(percent),
      formatCount(Math.round(experiment.prediction.times.at(-1)! / sampled)),
      formatNumber(result.truth.seconds / result.predictionSeconds, 2),
    ],
    claims: [
      { name: `${title}: m, relative L2`, value: k1! },
      { name: `${title}: f without its line, relative L2`, value: freeEnergyGaugeFree! },
      { name: `${title}: D, relative L2`, value: diffusivity! },
      {
        name: `${title}: simulated densities in the 95 % band, the simulation's error added`,
        value: bandCoverageWithKmcError!,
        min: 0.9,
      },
    ],
  };
}

const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
const HEAD = ["", "m", "f", "D", "in the band", "times as far", "faster"];
const table = [
  row(HEAD),
  row(HEAD.map((_, i) => i === 0 ? "---" : "---:")),
  ...shown.map(({ entry, cells }) => row([entry.title, ...cells])),
].join("\n");
const LEGEND =
  "Errors of $m$, $f$ (without its line) and $D$ are relative L2 against the exact law, over the covered " +
  "densities; _in the band_: simulated densities in the band of 95 %, the simulation's own error added; " +
  "_times as far_: predicted time over the longest time that was simulated for training; _faster_: seconds of " +
  "32 direct simulations over those of the prediction.";

writeStudy({
  name: "gallery",
  seed: SEED,
  claims: shown.flatMap(({ claims }) => claims),
  figures: shown.flatMap(({ figures }) => figures),
  text: `# Gallery of small runs

Each process by its preset's small run (\`demo --preset NAME --quick\`: 1000 realizations of eight profiles, 1200 steps,
60 members). ${LEGEND}

${table}`,
});

const START = "<!-- made by `deno task study gallery` -->", END = "<!-- until here -->";
const page = `${ROOT}/docs/gallery.md`;
const [before, , after] = (await Deno.readTextFile(page)).split(
  new RegExp(`${START}|${END}`),
);
const pictures = shown.map(({ entry, figures }) =>
  `### ${entry.title}\n\n${entry.text}\n\n` +
  figures.map(({ id, title }) => `![${title}](studies/gallery/${id}.svg)`).join("\n\n")
);
await Deno.writeTextFile(
  page,
  [`${before}${START}`, LEGEND, table, ...pictures, `${END}${after}`].join("\n\n"),
);
await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", page] }).output();
