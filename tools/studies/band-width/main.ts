/** `deno task study band-width`: bands narrow like 1/sqrt(R) when the realizations R grow 16-fold. */
import { referenceOf } from "@spiediff/demo";
import { exactK1 } from "@spiediff/exact-reference";
import { parseSimulation, profileDensity, type SimulatedExperiment } from "@spiediff/experiment";
import { learnedLaw, loadModel, predict } from "@spiediff/predictor";
import { type Claim, genericFigure, toCsv } from "@spiediff/report";
import { judge, withoutGauge } from "../_bands.ts";
import { estimatesOf, trainModel } from "../_learning.ts";
import { mean, progress, writeStudy } from "../_study.ts";
import { SMALL_SYSTEMS, smallExperiment, type SmallSystem } from "../_small.ts";

const SEEDS = [1201, 1202, 1203, 1204];
/** Realizations of each profile over 250 (L = 40) and 1000 (L = 1). */
const FACTORS = [0.5, 2, 8];
const MEMBERS = 400;
const TIME = 0.01;
const QUANTITIES = ["K1", "f'", `density at t = ${TIME}`];

function withRealizations(system: SmallSystem, seed: number, factor: number): SimulatedExperiment {
  const experiment = smallExperiment(system, seed);
  const { sampling } = experiment;
  const realizations = factor * sampling.realizations;
  return parseSimulation({ ...experiment, sampling: { ...sampling, realizations } });
}

/** Mean widths of the 95 % bands of {@link QUANTITIES}, and rms errors of the first two. */
async function measure(experiment: SimulatedExperiment, name: string) {
  const estimates = await estimatesOf(experiment);
  const { folder } = await trainModel(experiment, estimates, name);
  const model = await loadModel(folder);
  try {
    const [low, high] = model.manifest.coverage.density;
    const grid = Array.from({ length: 41 }, (_, k) => low + (high - low) * k / 40);
    const options = { seed: experiment.seed, members: MEMBERS, keepMembers: true };
    const law = await learnedLaw(model, grid, options);
    const truth = referenceOf(experiment);
    const { profile } = experiment.prediction;
    const { members } = await predict(model, (x) => profileDensity(profile, x), [TIME], {
      ...options,
      fluctuation: false,
    });
    const density = members![0];
    const K1 = judge(
      law.members!.K1,
      grid.map((rho) => exactK1(truth, rho, rho, experiment.elements)),
    );
    const force = judge(
      ...withoutGauge(law.members!.drivingForce, grid.map(truth.drivingForce)),
    );
    const nodes = new Array(experiment.elements).fill(0);
    return {
      widths: [K1.width, force.width, judge(density, nodes).width],
      errors: [K1.error, force.error],
    };
  } finally {
    await model.close();
  }
}

const runs: {
  system: SmallSystem;
  seed: number;
  factor: number;
  realizations: number;
  widths: number[];
  errors: number[];
}[] = [];
for (const system of SMALL_SYSTEMS) {
  for (const seed of SEEDS) {
    for (const factor of FACTORS) {
      const experiment = withRealizations(system, seed, factor);
      const { realizations } = experiment.sampling;
      progress(`${system}, seed ${seed}, ${realizations} realizations`);
      const name = `band-width-${SMALL_SYSTEMS.indexOf(system)}-${seed}-${realizations}`;
      runs.push({ system, seed, factor, realizations, ...await measure(experiment, name) });
    }
  }
}

/** Mean width over the seeds at each number of realizations. */
const widthsOf = (system: SmallSystem, q: number) =>
  FACTORS.map((factor) =>
    mean(
      runs.filter((run) => run.system === system && run.factor === factor)
        .map(({ widths }) => widths[q]),
    )
  );
const slope = (widths: number[]) =>
  Math.log(widths.at(-1)! / widths[0]) / Math.log(FACTORS.at(-1)! / FACTORS[0]);
const claims: Claim[] = SMALL_SYSTEMS.flatMap((system) =>
  QUANTITIES.map((quantity, q) => ({
    name: `${system}, ${quantity}: exponent of the width in R, R growing 16-fold`,
    value: slope(widthsOf(system, q)),
    min: -0.6,
    max: -0.4,
  }))
);
const figures = SMALL_SYSTEMS.map((system) =>
  genericFigure([
    ...QUANTITIES.map((label, q) => ({
      kind: "line" as const,
      label,
      x: FACTORS,
      y: widthsOf(system, q).map((w, _, all) => w / all[0]),
    })),
    {
      kind: "line" as const,
      label: "1/√R",
      x: FACTORS,
      y: FACTORS.map((factor) => Math.sqrt(FACTORS[0] / factor)),
      dashed: true,
    },
  ], {
    id: system === "L = 1" ? "short-range" : "long-range",
    title: `Width of 95 % bands against the number of realizations, ${system}`,
    caption: `Mean width over ${SEEDS.length} seeds, over that with the fewest realizations.`,
    xLabel: "realizations over 250 (L = 40), 1000 (L = 1)",
    yLabel: "mean width over that at the left",
    xScale: "log",
    yScale: "log",
    height: 360,
  })
);
writeStudy({
  name: "band-width",
  seed: SEEDS[0],
  claims,
  figures,
  files: {
    "runs.csv": toCsv([
      { name: "half_width", values: runs.map(({ system }) => system === "L = 1" ? 1 : 40) },
      { name: "seed", values: runs.map(({ seed }) => seed) },
      { name: "realizations", values: runs.map(({ realizations }) => realizations) },
      ...["k1", "force", "density"].map((name, q) => ({
        name: `${name}_width_95`,
        values: runs.map(({ widths }) => widths[q]),
      })),
      ...["k1", "force"].map((name, q) => ({
        name: `${name}_rms_error`,
        values: runs.map(({ errors }) => errors[q]),
      })),
    ]),
  },
  text: `# Width of bands against the number of realizations

L = 40 with N = 8000 and L = 1 with N = 2000, beta J0 = 1, the trainings of the preset "quick", eight profiles, ${SEEDS.length} seeds, half,
twice and eight times its realizations (250 and 1000 of each profile). Where noise is all that is between the
data and the law, and the law is smooth, bands narrow like 1/sqrt(R): the prior is then that of a few parameters,
for its bends are as wide as the data make likely.`,
});
Deno.exit(0);
