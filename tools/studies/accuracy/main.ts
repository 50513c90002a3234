/**
 * `deno task study accuracy`: five seeds of four systems, particles to learned law, against exact
 * answers; the deterministic baseline beside it.
 */
import type { LawErrors, LawMeasure } from "@spiediff/run-report";
import { type Claim, formatNumber, genericFigure, toCsv } from "@spiediff/report";
import { baselineErrors, CASES, estimatesOf, modelErrors, trainModel } from "../_learning.ts";
import { inShards } from "../_shards.ts";
import { mean, progress, writeStudy } from "../_study.ts";

const SEEDS = [1, 2, 3, 4, 5];
const BASELINE_MEMBERS = 4;
const MEASURES: { key: LawMeasure; name: string; max?: number }[] = [
  { key: "k1", name: "K1", max: 0.01 },
  { key: "freeEnergyAffineGauge", name: "f, line fitted", max: 0.01 },
  { key: "freeEnergyGaugeFree", name: "f, gauge-free", max: 0.02 },
  { key: "diffusivity", name: "diffusivity m f''" },
];

interface Row {
  readonly id: string;
  readonly label: string;
  readonly seed: number;
  readonly model: LawErrors;
  readonly baseline: LawErrors;
  readonly seconds: number;
}

const units = CASES.flatMap(({ id }) => SEEDS.map((seed) => ({ id, seed })));
const rows = await inShards("accuracy", import.meta.url, units, learnOne, 1);

async function learnOne({ id, seed }: { id: string; seed: number }): Promise<Row> {
  const { label, experiment } = CASES.find((one) => one.id === id)!;
  const e = experiment(seed);
  const estimates = await estimatesOf(e);
  const { folder, seconds } = await trainModel(e, estimates, `${id}-${seed}`);
  const { errors: model } = await modelErrors(e, folder, e.prediction.members);
  const { errors: baseline } = await baselineErrors(e, estimates, BASELINE_MEMBERS);
  progress(`${label}, seed ${seed}: K1 ${model.k1}, f ${model.freeEnergyGaugeFree}`);
  return { id, label, seed, model, baseline, seconds };
}

const of = (id: string) => rows.filter((row) => row.id === id);
const worst = (values: number[]) => Math.max(...values);
const claims: Claim[] = CASES.flatMap(({ id, label }) =>
  MEASURES.flatMap(({ key, name, max }) => {
    const values = of(id).map(({ model }) => model[key]);
    return [
      { name: `${label}: R_L2 of ${name}, worst of five seeds`, value: worst(values), max },
      { name: `${label}: R_L2 of ${name}, mean of five seeds`, value: mean(values) },
    ];
  })
);
claims.push({
  name: "seconds to train both networks and epinets, slowest of all runs",
  value: worst(rows.map(({ seconds }) => seconds)),
  max: 120,
});

const table = [
  "| system | error of | diffusion, mean | diffusion, worst | Stat-PINN, mean | Stat-PINN, worst |",
  "| --- | --- | ---: | ---: | ---: | ---: |",
  ...CASES.flatMap(({ id, label }) =>
    MEASURES.map(({ key, name }) => {
      const model = of(id).map((row) => row.model[key]);
      const baseline = of(id).map((row) => row.baseline[key]);
      const cells = [mean(model), worst(model), mean(baseline), worst(baseline)];
      return `| ${label} | ${name} | ${cells.map((v) => formatNumber(v)).join(" | ")} |`;
    })
  ),
];

const position = (row: Row) => CASES.findIndex(({ id }) => id === row.id) + 1;
const points = (pick: (row: Row) => number, shift: number) => ({
  kind: "points" as const,
  x: rows.map((row) => position(row) + shift + 0.025 * (row.seed - 3)),
  y: rows.map(pick),
});
const bound = (y: number, label: string) => ({
  kind: "line" as const,
  label,
  x: [0.6, CASES.length + 0.4],
  y: [y, y],
  dashed: true,
});
writeStudy({
  name: "accuracy",
  seed: SEEDS[0],
  claims,
  figures: [
    genericFigure([
      { ...points(({ model }) => model.k1, -0.2), label: "K₁" },
      { ...points(({ model }) => model.freeEnergyAffineGauge, 0), label: "f, line fitted" },
      { ...points(({ model }) => model.freeEnergyGaugeFree, 0.2), label: "f, gauge-free" },
      bound(0.01, "bound of K₁ and f, line fitted"),
      bound(0.02, "bound of f, gauge-free"),
    ], {
      id: "errors",
      title: "Errors of the learned law, five seeds each",
      caption:
        "Relative L2 errors of the mean over the members, on the densities seen in training.",
      xLabel: CASES.map(({ label }, k) => `${k + 1}: ${label}`).join("; "),
      yLabel: "relative L2 error",
      yScale: "log",
      height: 360,
    }),
  ],
  files: {
    "runs.csv": toCsv([
      { name: "system", values: rows.map(position) },
      { name: "seed", values: rows.map(({ seed }) => seed) },
      ...MEASURES.flatMap(({ key }) => [
        { name: key, values: rows.map(({ model }) => model[key]) },
        { name: `${key}_baseline`, values: rows.map(({ baseline }) => baseline[key]) },
      ]),
      { name: "training_seconds", values: rows.map(({ seconds }) => seconds) },
    ]),
  },
  text: `# Accuracy: particles to learned law, five seeds, four systems

Each run simulates the eight profiles of its preset (\`lrm\`, the same with beta J0 = 2, \`short-weak\`,
\`short-strong\`; R = 8000 realizations each), estimates operators and fluxes, trains K1, then f through
the trained K1, and the epinets, with the one set of hyperparameters of every preset. Errors are those
of the mean over 200 members by DDIM-2, on the densities that training covered, against the
product-measure approximation (L = 40) or the exact solution (L = 1).

Stat-PINN: deterministic networks on the same data, held-out elements, weights, Onsager-Machlup norm
and steps (an ensemble of ${BASELINE_MEMBERS} with a quarter of the steps each).

${table.join("\n")}`,
});
