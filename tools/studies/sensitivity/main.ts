/** `deno task study sensitivity`: the sweep that fixed the one set of hyperparameters. */
import type { LawErrors } from "@spiediff/run-report";
import { parseSimulation, preset, type SimulatedExperiment } from "@spiediff/experiment";
import { type Claim, formatNumber, genericFigure, toCsv } from "@spiediff/report";
import { diffusionErrors, estimatesOf, trainDiffusion } from "../_learning.ts";
import { inShards } from "../_shards.ts";
import { mean, progress, round, writeStudy } from "../_study.ts";

const SEEDS = [1, 2];
/** Plenty of data, and little: the set has to serve both. */
const DATA = [
  { label: "lrm", experiment: (seed: number) => preset("lrm", seed) },
  { label: "scarce", experiment: (seed: number) => preset("scarce", seed) },
];

type Training = SimulatedExperiment["training"];
const DEFAULT = "default";
const CHANGES: { label: string; change: (training: Training) => Partial<Training> }[] = [
  { label: DEFAULT, change: () => ({}) },
  ...[0.003, 0.03].map((learningRate) => ({
    label: `learning rate ${learningRate}`,
    change: () => ({ learningRate }),
  })),
  ...[[32, 32], [64, 64], [128, 128, 128]].map((hidden) => ({
    label: `hidden ${hidden.join("-")}`,
    change: () => ({ hidden }),
  })),
  ...[64, 1024].map((batch) => ({ label: `batch ${batch}`, change: () => ({ batch }) })),
  ...[0.25, 0.5, 2].map((factor) => ({
    label: `steps x ${factor}`,
    change: ({ steps }: Training) => ({
      steps: { k1: factor * steps.k1, freeEnergy: factor * steps.freeEnergy },
    }),
  })),
  { label: "linear schedule", change: () => ({ schedule: "linear" as const }) },
  ...[0, 0.2].map((heldOut) => ({ label: `held out ${heldOut}`, change: () => ({ heldOut }) })),
];

interface Row {
  readonly data: number;
  readonly change: number;
  readonly seed: number;
  readonly errors: LawErrors;
  readonly seconds: number;
}

const units = DATA.flatMap((_, d) => SEEDS.map((seed) => ({ d, seed })));
const rows = (await inShards("sensitivity", import.meta.url, units, sweep, 1)).flat();

/** All changes on one data set, each trained anew. */
async function sweep({ d, seed }: { d: number; seed: number }): Promise<Row[]> {
  const { label: data, experiment } = DATA[d];
  const base = experiment(seed);
  const estimates = await estimatesOf(base);
  const found: Row[] = [];
  for (const [c, { label, change }] of CHANGES.entries()) {
    const training = { ...base.training, ...change(base.training) };
    const e = parseSimulation({ ...base, training });
    const trained = await trainDiffusion(e, estimates);
    const { errors } = await diffusionErrors(e, estimates, trained);
    const { seconds } = trained;
    progress(`${data}, seed ${seed}, ${label}: ${errors.k1}, ${errors.freeEnergyGaugeFree}`);
    found.push({ data: d, change: c, seed, errors, seconds });
  }
  return found;
}

/** Geometric mean over seeds, data sets and both functions: one number to choose by. */
function score(change: number): number {
  const logs = rows.filter((row) => row.change === change)
    .flatMap(({ errors }) => [Math.log(errors.k1), Math.log(errors.freeEnergyGaugeFree)]);
  return Math.exp(mean(logs));
}
const average = (change: number, data: number, pick: (row: Row) => number) =>
  mean(rows.filter((row) => row.change === change && row.data === data).map(pick));
const scores = CHANGES.map((_, c) => score(c));
const seconds = CHANGES.map((_, c) => average(c, 0, (row) => row.seconds));
const affordable = scores.filter((_, c) => seconds[c] <= 1.5 * seconds[0]);

const claims: Claim[] = [
  {
    name: "score of the default over the best of the sweep at no more than 1.5 times its time",
    value: scores[0] / Math.min(...affordable),
    max: 1.25,
  },
  {
    name: "largest score over the default's: what a bad choice costs",
    value: Math.max(...scores) / scores[0],
  },
];
const table = [
  "| set | K1, lrm | f, lrm | K1, scarce | f, scarce | score | seconds, lrm |",
  "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
  ...CHANGES.map(({ label }, c) => {
    const cells = [0, 1].flatMap((data) => [
      average(c, data, ({ errors }) => errors.k1),
      average(c, data, ({ errors }) => errors.freeEnergyGaugeFree),
    ]);
    const last = [scores[c], seconds[c]];
    return `| ${label} | ${[...cells, ...last].map((v) => formatNumber(v)).join(" | ")} |`;
  }),
];

writeStudy({
  name: "sensitivity",
  seed: SEEDS[0],
  claims,
  figures: [
    genericFigure([{
      kind: "points",
      label: "one change to the default set",
      x: seconds.slice(1),
      y: scores.slice(1),
    }, { kind: "points", label: "default set", x: [seconds[0]], y: [scores[0]] }], {
      id: "scores",
      title: "Error against training time over hyperparameters",
      caption:
        "Score: geometric mean of the errors of K₁ and of f (gauge-free) over seeds and both data sets. The table names the points.",
      xLabel: "seconds of training, lrm",
      yLabel: "score",
      xScale: "log",
      yScale: "log",
      height: 340,
    }),
  ],
  files: {
    "runs.csv": toCsv([
      ...(["data", "change", "seed", "seconds"] as const).map((name) => ({
        name,
        values: rows.map((row) => row[name]),
      })),
      { name: "k1", values: rows.map(({ errors }) => errors.k1) },
      { name: "free_energy", values: rows.map(({ errors }) => errors.freeEnergyGaugeFree) },
    ]),
  },
  text: `# Sensitivity: the one set of hyperparameters

One change at a time from the defaults of the experiment schema, ${SEEDS.length} seeds, two data sets: the preset
\`lrm\` (8 profiles, R = 8000) and \`scarce\` (4 profiles, R = 889). Errors are mean relative L2 errors, f
gauge-free; the score is the geometric mean of all. The same set serves every preset and every study.
Best score of the sweep: ${round(Math.min(...scores))}, ${
    CHANGES[scores.indexOf(Math.min(...scores))].label
  }.

${table.join("\n")}`,
});
