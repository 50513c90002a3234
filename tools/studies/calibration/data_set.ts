/** One data set of the calibration study, from fresh particles to bands held against the truth. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { referenceOf } from "@spiediff/demo";
import {
  curvatureOf,
  type ExactReference,
  hatAverages,
  solveKernelLaw,
  withMemory,
} from "@spiediff/exact-reference";
import { parseSimulation, preset, profileDensity } from "@spiediff/experiment";
import { type OperatorEstimate, parseOperatorEstimate } from "@spiediff/fdt-operators";
import { beyondData, learnedLaw, loadModel, predict } from "@spiediff/predictor";
import { couplings } from "@spiediff/kmc";
import { randomStream } from "@spiediff/random";
import { loadBackend, loadGraphRunner } from "@spiediff/tensor-backend";
import { judge, withoutGauge } from "../_bands.ts";
import type { Outcome } from "./coverage.ts";
import {
  codeIdentity,
  codeText,
  densityRange,
  estimateProfiles,
  exportModel,
  learn,
  trainingData,
} from "@spiediff/train";

const TIMES = [0.0025, 0.01, 0.03];
export const MEMBERS = 400;
const GRID = 41;
/** Points of the differential equation: on 131 nothing changes above 2e-9. */
const POINTS = 65;

type LatticeGas = ReturnType<typeof preset<"lrm">>;

export const SYSTEMS = ["main job", "L = 1", "L = 5, Gaussian"] as const;
export type System = typeof SYSTEMS[number];
export const QUANTITIES = ["m", "f'", "D", ...TIMES.map((t) => `density at t = ${t}`)];

/**
 * The main job as it ships; nearest neighbours, and five neighbours that repel by a Gaussian kernel of beta J0 =
 * -2, at the size of the preset "quick". All start in local equilibrium.
 *
 * @param tiny So little data and training that a data set takes seconds, to see that everything works.
 */
export function experimentOf(system: System, seed: number, tiny: boolean): LatticeGas {
  const base = preset(system === "main job" ? "lrm" : "quick", seed);
  const particles = {
    "main job": base.particles,
    "L = 1": { ...base.particles, halfWidth: 1 },
    "L = 5, Gaussian": {
      ...base.particles,
      ...{ halfWidth: 5, betaJ0: -2, kernel: { name: "gaussian" as const } },
    },
  }[system];
  if (!tiny) return parseSimulation({ ...base, particles });
  return parseSimulation({
    ...base,
    particles,
    sampling: { ...base.sampling, realizations: 40 },
    training: { ...base.training, hidden: [16, 16], steps: { k1: 200, freeEnergy: 200 } },
  });
}

/**
 * Simulates, trains, predicts, judges.
 *
 * @param kept Folder where estimates are kept from one run of the study to the next, and outcomes of this code.
 */
async function dataSet(
  system: System,
  seed: number,
  tiny: boolean,
  kept?: string,
): Promise<Outcome[]> {
  const experiment = experimentOf(system, seed, tiny);
  const name = `${SYSTEMS.indexOf(system)}-${seed}${tiny ? "-tiny" : ""}`;
  const path = kept && join(kept, `${name}.json`),
    done = kept && join(kept, `${name}.outcome.json`);
  const code = codeText();
  if (done && existsSync(done)) {
    const known = JSON.parse(readFileSync(done, "utf8")) as { code: string; outcomes: Outcome[] };
    if (known.code === code) return known.outcomes;
  }
  const estimates = path && existsSync(path)
    ? (JSON.parse(readFileSync(path, "utf8")) as unknown[]).map(parseOperatorEstimate)
    : await estimateProfiles(experiment, { workers: 1 });
  if (path) writeFileSync(path, JSON.stringify(estimates));
  const folder = mkdtempSync(join(tmpdir(), "spiediff-calibration-"));
  try {
    await train(experiment, estimates, join(folder, "model"));
    const outcomes = await judged(system, experiment, join(folder, "model"));
    if (done) writeFileSync(done, JSON.stringify({ code, outcomes }));
    return outcomes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function train(
  experiment: LatticeGas,
  estimates: OperatorEstimate[],
  folder: string,
): Promise<void> {
  const { tf } = await loadBackend(), runner = await loadGraphRunner() ?? undefined;
  const stream = randomStream(experiment.seed, "train");
  const models = await learn(tf, trainingData(estimates, experiment), experiment.training, stream, {
    runner,
  });
  await exportModel(folder, experiment, models, {
    code: codeIdentity(),
    nodalDensityRule: estimates[0].nodalDensityRule,
    coverage: densityRange(estimates),
    madeFrom: {},
    training: {},
  });
}

async function judged(
  system: System,
  experiment: LatticeGas,
  folder: string,
): Promise<Outcome[]> {
  const { seed, prediction: { profile } } = experiment;
  const model = await loadModel(folder, { threads: 1 });
  try {
    const options = { seed, members: MEMBERS, keepMembers: true, fluctuation: false };
    const [low, high] = model.manifest.coverage.density;
    const grid = Array.from({ length: GRID }, (_, k) => low + (high - low) * k / (GRID - 1));
    const { members: law } = await learnedLaw(model, grid, options);
    const prediction = await predict(model, (x) => profileDensity(profile, x), TIMES, options);
    const truth = withMemory(referenceOf(experiment), couplings(experiment.particles));
    const m = grid.map(truth.mobility);
    const pairs: [Float64Array, ArrayLike<number>, Float64Array?][] = [
      [law!.mobility, m],
      withoutGauge(law!.drivingForce, grid.map(truth.drivingForce)),
      [law!.diffusivity, grid.map((rho, i) => m[i] * curvatureOf(truth, rho))],
      ...trueDensities(truth, experiment).map((density, k): typeof pairs[0] => [
        prediction.members![k],
        density,
        beyondData(prediction.parts[k]),
      ]),
    ];
    return pairs.map(([values, answer, further], q) => ({
      ...{ system, seed, quantity: QUANTITIES[q] },
      ...judge(values, answer, further),
    }));
  } finally {
    await model.close();
  }
}

/**
 * Element averages of the predicted profile under the reference's law with the whole kernel, by the differential
 * equation on a grid of its own: no mesh, no element, no gradient expansion, no solver is shared with the
 * prediction.
 */
function trueDensities(truth: ExactReference, experiment: LatticeGas): Float64Array[] {
  const { elements, prediction: { profile }, particles: { sites, beta } } = experiment;
  const kernel = { couplings: couplings(experiment.particles), sites, beta };
  return solveKernelLaw(truth, kernel, (x) => profileDensity(profile, x), TIMES, POINTS)
    .map((density) => hatAverages(density, elements));
}

if (import.meta.main) {
  // One process for each data set: they are independent, and the lines go to the study.
  const [system, seed, tiny, kept] = Deno.args;
  for (const outcome of await dataSet(system as System, Number(seed), tiny === "tiny", kept)) {
    console.log(JSON.stringify(outcome));
  }
  Deno.exit(0);
}
