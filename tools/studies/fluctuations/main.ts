/**
 * `deno task study fluctuations`: how far single particle systems stray from the predicted mean, by the
 * learned law's own fluctuation-dissipation structure, beside direct simulations.
 */
import { runTrajectories } from "@spiediff/ensemble";
import {
  parseSimulation,
  preset,
  profileDensity,
  type SimulatedExperiment,
} from "@spiediff/experiment";
import { processOf } from "@spiediff/kmc";
import { loadModel, predict } from "@spiediff/predictor";
import { type Claim, genericFigure } from "@spiediff/report";
import { profileRuns } from "@spiediff/train";
import { estimatesOf, trainModel } from "../_learning.ts";
import { mean, progress, workersOption, writeStudy } from "../_study.ts";

const SEED = 11;
const REALIZATIONS = 512;
const TIMES = [0.001, 0.005, 0.02];
const workers = workersOption();

const quick = preset("quick", SEED);
const systems: { label: string; id: string; experiment: SimulatedExperiment }[] = [
  { label: "L = 40", id: "long-range", experiment: quick },
  {
    label: "L = 1",
    id: "short-range",
    experiment: parseSimulation({
      ...quick,
      particles: { ...quick.particles, halfWidth: 1 },
    }),
  },
];

/** Standard deviation of `z / Delta` over realizations, `[times][elements]`. */
async function simulated(experiment: SimulatedExperiment): Promise<number[][]> {
  const { particles, elements, prediction: { profile } } = experiment;
  const size = TIMES.length * elements;
  const sum = new Float64Array(size), square = new Float64Array(size);
  const runs = { ...profileRuns(experiment, profile, REALIZATIONS), times: TIMES };
  await runTrajectories(processOf(particles).trajectories({ ...runs, seed: SEED }), {
    workers,
    onRealization: (_, fields) => {
      fields.forEach((z, k) => {
        const density = elements * z;
        sum[k] += density;
        square[k] += density * density;
      });
    },
  });
  return TIMES.map((_, t) =>
    Array.from({ length: elements }, (_, i) => {
      const k = t * elements + i;
      const variance = (square[k] - sum[k] ** 2 / REALIZATIONS) / (REALIZATIONS - 1);
      return Math.sqrt(variance);
    })
  );
}

const claims: Claim[] = [];
const figures = [];
for (const { label, id, experiment } of systems) {
  progress(`${label}: training`);
  const { folder } = await trainModel(
    experiment,
    await estimatesOf(experiment),
    `fluctuations-${id}`,
  );
  const model = await loadModel(folder);
  const { profile } = experiment.prediction;
  const { x, fluctuation } = await predict(
    model,
    (at) => profileDensity(profile, at),
    TIMES,
    { seed: SEED, members: 100 },
  );
  await model.close();
  progress(`${label}: ${REALIZATIONS} simulations`);
  const particles = await simulated(experiment);
  TIMES.forEach((time, t) => {
    const ratios = particles[t].map((s, i) => (s / fluctuation![t][i]) ** 2);
    claims.push({
      name:
        `${label}: variance of z/Delta over simulations over the predicted one, mean of nodes, t = ${time}`,
      value: mean(ratios),
      min: 0.9,
      max: 1.1,
    });
  });
  figures.push(genericFigure(
    TIMES.flatMap((time, t) => [
      {
        kind: "points" as const,
        label: `${REALIZATIONS} simulations, t = ${time}`,
        x: [...x],
        y: particles[t],
        standardError: particles[t].map((s) => s / Math.sqrt(2 * (REALIZATIONS - 1))),
      },
      {
        kind: "line" as const,
        label: `learned law, t = ${time}`,
        x: [...x],
        y: [...fluctuation![t]],
      },
    ]),
    {
      id,
      title: `Fluctuations of a single system, ${label}`,
      caption:
        "Standard deviation of the density of a node around the mean: from the learned law alone, beside direct simulations.",
      xLabel: "position x (domain lengths)",
      yLabel: "standard deviation of z/Δ",
    },
  ));
}

writeStudy({
  name: "fluctuations",
  seed: SEED,
  claims,
  figures,
  text: `# Fluctuations of a single system

beta J0 = 1, N = 2000, 25 elements; models of the preset "quick" (1000 realizations of 10^-6 each). The
learned K and f give the mean and, by fluctuation and dissipation, how far one system of N sites strays
from it ([theory](../../theory.md), section 6.9). A variance over ${REALIZATIONS} simulations is known to
6 % at each node. L = 40 starts from independent sites, whose long waves fluctuate less than in local
equilibrium, which the theory starts from; L = 1 starts from local equilibrium.`,
});
