/**
 * `deno task study main-job`: the main job (`deno task demo`) over five seeds, with the bounds that
 * it is held to and the figures that the README shows.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DemoResult, originOf, runDemo } from "@spiediff/demo";
import type { Prediction } from "@spiediff/predictor";
import { preset } from "@spiediff/experiment";
import {
  type Claim,
  learnedFunctionFigure,
  metricClaims,
  profilesFigure,
  toCsv,
} from "@spiediff/report";
import { reportData, runMetrics } from "@spiediff/run-report";
import { progress, workersOption, writeStudy } from "../_study.ts";

const SEEDS = [1, 2, 3, 4, 5];
/** Relative L2 errors asked of the worst seed, against equilibrium. */
const ASKED = [
  { name: "m", key: "k1", max: 0.002 },
  { name: "f, gauge-free", key: "freeEnergyGaugeFree", max: 0.001 },
  { name: "D", key: "diffusivity", max: 0.004 },
] as const;
const workers = workersOption();

const results: DemoResult<Prediction>[] = [];
for (const seed of SEEDS) {
  progress(`seed ${seed}`);
  const folder = mkdtempSync(join(tmpdir(), "spiediff-main-job-"));
  try {
    const options = { folder, workers, silent: true, command: `deno task demo --seed ${seed}` };
    results.push(await runDemo(preset("lrm", seed), options) as DemoResult<Prediction>);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The worst value of each bounded figure over the seeds; every bound here is from above. */
const bounded = results.map((result) => metricClaims(runMetrics(result)));
const worst: Claim[] = bounded[0].map((claim) => {
  // Whether a reference is known well enough for a verdict depends on the width of a seed's band.
  const values = bounded.flat().filter(({ name }) => name === claim.name)
    .map(({ value }) => value);
  return {
    ...claim,
    name: `${claim.name}, worst of ${values.length} seeds`,
    value: Math.max(...values),
  };
});
const experiment = preset("lrm", SEEDS[0]);
const { sampling, prediction } = experiment;
const sampledWindow = sampling.burnIn + Math.max(...sampling.h);
const total = ({ seconds }: DemoResult<Prediction>) =>
  Object.values(seconds).reduce((a, b) => a + b, 0);
const span = (values: ArrayLike<number>) =>
  Math.max(...Array.from(values)) - Math.min(...Array.from(values));
const mean = (pick: (result: DemoResult<Prediction>) => number) =>
  results.reduce((sum, result) => sum + pick(result) / results.length, 0);

const claims: Claim[] = [
  ...ASKED.map(({ name, key, max }) => ({
    name: `R_L2 of ${name} against the equilibrium reference, worst of ${SEEDS.length} seeds`,
    value: Math.max(...results.map(({ law }) => law.errors![key])),
    max,
  })),
  ...worst,
  {
    name: "seconds from nothing simulated to the report, worst seed",
    value: Math.max(...results.map(total)),
    max: 360,
  },
  {
    name: "predicted time over the sampled window",
    value: Math.max(...prediction.times) / sampledWindow,
    min: 50,
  },
  {
    name: "what is left of the profile's span at the last time",
    value: mean(({ prediction: { density } }) =>
      span(density.at(-1)!.mean) / span(density[0].mean)
    ),
    max: 0.9,
  },
  {
    name: "R_L2 of K1 against the L -> infinity formula, mean",
    value: mean(({ law }) => law.errors!.k1AgainstLimit!),
  },
  {
    name: "share of simulated means inside of the 95 % band, mean",
    value: mean(({ coverage }) => coverage.plain),
  },
  {
    name: "the same with the simulation's own error added, mean",
    value: mean(({ coverage }) => coverage.withKmcError),
  },
  {
    name: "prediction minus simulation, rms in standard errors of the simulation, mean",
    value: mean(({ coverage }) => coverage.rmsDeviation),
  },
  {
    name: "seconds of the prediction, 200 members, mean",
    value: mean(({ predictionSeconds }) => predictionSeconds),
  },
  {
    name:
      `seconds of ${experiment.groundTruth.realizations} direct simulations to the same times, mean`,
    value: mean(({ truth }) => truth.seconds),
  },
  {
    name: "ratio of the two, mean",
    value: mean(({ truth, predictionSeconds }) => truth.seconds / predictionSeconds),
  },
];

const origin = originOf(
  experiment,
  `deno task demo --seed ${SEEDS[0]}`,
  results[0].run.training.backend,
);
const data = reportData(experiment, origin, results[0]);
const rows = results.map((result, s) => ({ seed: SEEDS[s], ...result.law.errors }));
const names = Object.keys(rows[0]) as (keyof typeof rows[0])[];
writeStudy({
  name: "main-job",
  seed: SEEDS[0],
  claims,
  figures: [
    profilesFigure(data.prediction),
    learnedFunctionFigure(data.k1, {
      id: "k1",
      title: "Operator entry K₁(ρ, ρ)",
      caption:
        "Learned from spans of macroscopic time below 10⁻⁵, beside equilibrium (an expansion).",
      yLabel: "K₁ (1/(energy · time))",
    }),
    learnedFunctionFigure(data.drivingForce, {
      id: "driving-force",
      title: "Driving force f′(ρ)",
      caption: "The constant that mass conservation leaves open is fitted to the reference.",
      yLabel: "f′ (energy)",
    }),
  ],
  files: {
    "errors.csv": toCsv(
      names.map((name) => ({ name, values: rows.map((row) => row[name] ?? undefined) })),
    ),
  },
  text: [
    "# The main job",
    "",
    "`deno task demo`, the long-range case (L = 40, beta J0 = 1, N = 2000, 25 elements), from",
    `particles to a prediction with bands, over ${SEEDS.length} seeds. Times were taken on two`,
    "cores of a machine that was not otherwise idle.",
  ].join("\n"),
});
