/**
 * `deno task study precision [--seeds N]`: what rounds of data for a named precision cost against the experiment's
 * own profiles and random ones, whether they reach it, and whether their bands hold. Goes on where it was cut off.
 */
import { stageRunner } from "@spiediff/command-line";
import { againstTruth, type DesignName, DESIGNS, parseGoals } from "@spiediff/design";
import { referenceOf } from "@spiediff/demo";
import { curvatureOf } from "@spiediff/exact-reference";
import { localExecutor } from "@spiediff/executor";
import { preset, type PresetName } from "@spiediff/experiment";
import { type Claim, genericFigure, toCsv } from "@spiediff/report";
import { simulateStage } from "@spiediff/train";
import { claimDesign, learnPrecision } from "@spiediff/train/precision";
import { ROOT } from "../../root.ts";
import { countOption, mean, progress, workersOption, writeStudy } from "../_study.ts";

const SEEDS = countOption("seeds", 20), FIRST = 4001;
const KEPT = `${ROOT}/runs/studies/precision`;

interface Case {
  readonly system: PresetName;
  readonly label: string;
  /** In the middle of the densities, and where the experiment's profiles hardly are. */
  readonly aims: readonly { readonly until: string; readonly isOuter: boolean }[];
}

const CASES: readonly Case[] = [
  {
    system: "short-strong",
    label: "L = 1",
    aims: [
      { until: "density 0.05 %", isOuter: false },
      { until: "D 0.6 % on 0.2..0.8", isOuter: false },
      { until: "D 1.5 % on 0.06..0.25", isOuter: true },
    ],
  },
  {
    system: "lrm",
    label: "L = 40",
    aims: [
      { until: "density 0.025 %", isOuter: false },
      { until: "D 0.25 % on 0.2..0.8", isOuter: false },
      { until: "D 0.6 % on 0.06..0.25", isOuter: true },
    ],
  },
  {
    system: "zero-range",
    label: "zero range",
    aims: [
      { until: "density 0.1 %", isOuter: false },
      { until: "D 1.5 % on 0.4..1.6", isOuter: false },
      { until: "D 2.5 % on 0.1..0.5", isOuter: true },
    ],
  },
];

/** One run, as it is kept. */
interface Run {
  readonly system: PresetName;
  readonly until: string;
  readonly design: DesignName;
  readonly seed: number;
  readonly end: string;
  readonly realizations: number;
  readonly coreSeconds: number;
  readonly rounds: number;
  /** Half-width reached over that aimed at. */
  readonly width: number;
  /** Core-seconds of the rounds over those that were promised. */
  readonly planFactor: number;
  readonly inside: number;
  /** Root mean square error over the half-width. */
  readonly error: number;
}

/** A fixed or random design is given up at so many core-seconds. */
const MOST = 120;

async function measure(
  system: PresetName,
  until: string,
  design: DesignName,
  seed: number,
): Promise<Run> {
  const name = `${system}-${until.replaceAll(/[^\w.]+/g, "_")}-${design}-${seed}`;
  const kept = `${KEPT}/${name}.json`;
  try {
    return JSON.parse(Deno.readTextFileSync(kept)) as Run;
  } catch { /* Not there yet. */ }
  const experiment = preset(system, seed), folder = `${KEPT}/${name}`;
  const [goal] = parseGoals(until);
  const executor = localExecutor({ workers: workersOption() });
  await claimDesign(folder, experiment, design, false);
  const { result, file, law, factors } = await learnPrecision({
    ...{ folder, experiment, design, goals: [goal], budget: MOST },
    run: stageRunner({ silent: true }),
    workers: workersOption(),
    simulate: async (own) => await simulateStage(own, folder, { executor }).run(() => {}),
  });
  const reference = referenceOf(experiment);
  const mobility = (rho: number) => reference.mobility(rho);
  const { inside, percent } = againstTruth(
    goal,
    { prediction: experiment.prediction, profiles: experiment.profiles },
    law,
    factors,
    { mobility, diffusivity: (rho) => mobility(rho) * curvatureOf(reference, rho) },
  );
  const spent = result.coreSeconds - file.pilotSeconds;
  const run: Run = {
    ...{ system, until, design, seed, end: result.end, inside },
    realizations: result.realizations,
    coreSeconds: spent,
    rounds: file.rounds.length,
    width: result.percent[0] / goal.percent,
    planFactor: spent / file.forecast.seconds,
    error: percent / result.percent[0],
  };
  Deno.mkdirSync(KEPT, { recursive: true });
  Deno.writeTextFileSync(kept, JSON.stringify(run) + "\n");
  Deno.removeSync(folder, { recursive: true });
  return run;
}

const seeds = Array.from({ length: SEEDS }, (_, s) => FIRST + s);
const runs: Run[] = [];
for (const seed of seeds) {
  for (const { system, aims } of CASES) {
    for (const { until } of aims) {
      for (const design of DESIGNS) {
        const run = await measure(system, until, design, seed);
        runs.push(run);
        progress(
          `${system}, ${until}, ${design}, seed ${seed}: ${run.end}, ${run.realizations} ` +
            `realizations, width ${run.width.toFixed(3)}, inside ${run.inside.toFixed(2)}`,
        );
      }
    }
  }
}

const of = (design: DesignName, system?: PresetName, until?: string) =>
  runs.filter((run) =>
    run.design === design && (system === undefined || run.system === system) &&
    (until === undefined || run.until === until)
  );
const active = of("active");
/** Standard error of the mean over runs: points of one run are not independent. */
const standardError = (values: readonly number[]) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((v) => (v - middle) ** 2)) / Math.max(1, values.length - 1));
};
const insides = active.map(({ inside }) => inside);
const ratios = CASES.flatMap(({ system, label, aims }) =>
  aims.map(({ until, isOuter }) => {
    const cost = (design: DesignName) =>
      mean(of(design, system, until).map(({ realizations }) => realizations));
    return {
      ...{ label, until, isOuter },
      fixed: cost("active") / cost("fixed"),
      random: cost("active") / cost("random"),
    };
  })
);
const claims: Claim[] = [
  {
    name: "active: runs that reach the aim",
    value: mean(active.map(({ end }) => Number(end === "aim"))),
    min: 0.9,
  },
  {
    name: "active: width reached over that aimed at, mean",
    value: mean(active.map(({ width }) => width)),
    min: 0.85,
    max: 1.1,
  },
  {
    name: `active: truth inside of the 95 % band (+- ${standardError(insides).toFixed(3)})`,
    value: mean(insides),
    min: 0.95 - Math.max(0.015, 3 * standardError(insides)),
  },
  {
    name: "plan within a factor of 1.5 of the cost, active runs",
    value: mean(active.map(({ planFactor }) => Number(planFactor < 1.5 && planFactor > 1 / 1.5))),
    min: 0.9,
  },
  ...ratios.flatMap(({ label, until, isOuter, fixed, random }): Claim[] => [
    {
      name: `${label}, ${until}: realizations over those of the experiment's profiles`,
      value: fixed,
      max: isOuter ? 0.35 : 0.9,
    },
    {
      name: `${label}, ${until}: realizations over those of random profiles`,
      value: random,
      max: 1.1,
    },
  ]),
];

const figure = genericFigure(
  DESIGNS.map((design, d) => ({
    kind: "points" as const,
    label: design,
    x: ratios.map((_, r) => r + 1 + 0.15 * (d - 1)),
    y: CASES.flatMap(({ system, aims }) =>
      aims.map(({ until }) => {
        const cost = (which: DesignName) =>
          mean(of(which, system, until).map(({ realizations }) => realizations));
        return cost(design) / cost("fixed");
      })
    ),
  })),
  {
    id: "cost",
    title: "Realizations to an aim over those of the experiment's own profiles",
    caption:
      `Mean over ${SEEDS} seeds; aims in the order of the claims. Runs are given up at ${MOST} ` +
      "core-seconds, so that ratios to designs that do not reach an aim are upper bounds.",
    xLabel: "aim",
    yLabel: "realizations over the fixed design's",
    yScale: "log",
  },
);

writeStudy({
  name: "precision",
  seed: FIRST,
  options: `--seeds ${SEEDS}`,
  claims,
  figures: [figure],
  files: {
    "runs.csv": toCsv(
      ([
        "system",
        "until",
        "design",
        "seed",
        "end",
        "realizations",
        "rounds",
        "width",
        "inside",
      ] as const)
        .map((name) => ({ name, values: runs.map((run) => run[name]) })),
    ),
  },
  text: `# Precision on demand

\`spiediff learn\` without its training, for three aims of each of three systems, ${SEEDS} seeds each (first seed ${FIRST}), by
profiles that narrow the aim most (\`active\`), the experiment's own (\`fixed\`) and random ones (\`random\`). The truth is
the exact law; widths and bands are the surrogate's, as [Precision on demand](../../precision.md) has them. With few
seeds the shares below are rough: of ${active.length} active runs each counts ${
    (100 / active.length).toFixed(1)
  } %.
`,
});
