/** One data set of the calibration study, from fresh particles to bands held against the truth. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { referenceOf } from "@spiediff/demo";
import { curvatureOf, exactK1, type ExactReference } from "@spiediff/exact-reference";
import {
  parseSimulation,
  preset,
  profileDensity,
  type SimulatedExperiment,
} from "@spiediff/experiment";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { explicitRungeKutta, integrate, localLaw, rk4 } from "@spiediff/macro-solver";
import { ring } from "@spiediff/mesh";
import { learnedLaw, loadModel, predict } from "@spiediff/predictor";
import { randomStream } from "@spiediff/random";
import { type GraphRunner, loadBackend, loadGraphRunner, type Tf } from "@spiediff/tensor-backend";
import { judge, type Judgement, withoutGauge } from "../_bands.ts";
import {
  codeIdentity,
  densityRange,
  estimateProfiles,
  exportModel,
  learn,
  trainingData,
} from "@spiediff/train";

export const TIMES = [0.0025, 0.01, 0.03];
export const MEMBERS = 400;
const GRID = 41;
const FOUR = ["wide", "low", "high", "skew"];

/**
 * Two systems whose law is local and known, and one whose is neither to the precision of its data: the same
 * kernel on a quarter of the sites, where its reach is seen by the profiles.
 */
export const SYSTEMS = ["L = 40", "L = 1", "L = 40, N = 2000"] as const;
export type System = typeof SYSTEMS[number];
/** The systems that the bounds are stated for. */
export const LOCAL_SYSTEMS: readonly System[] = ["L = 40", "L = 1"];
export const QUANTITIES = ["K1", "f'", ...TIMES.map((t) => `density at t = ${t}`)];

/** Sites of {@link SYSTEMS} over those of the preset "quick". */
const MORE_SITES = 4;

/**
 * The small configuration: short trainings, and as many hops as 1000 realizations of 2000 sites. With four
 * times the sites a quarter of the realizations is as precise, and windows last a sixteenth, as hops do.
 */
export function experimentOf(system: System, seed: number): SimulatedExperiment {
  const quick = preset("quick", seed);
  if (system === "L = 40, N = 2000") return quick;
  const { particles, sampling } = quick;
  if (system === "L = 40") {
    const faster = MORE_SITES ** 2;
    return parseSimulation({
      ...quick,
      particles: { ...particles, sites: MORE_SITES * particles.sites },
      sampling: {
        ...sampling,
        realizations: sampling.realizations / MORE_SITES,
        h: sampling.h.map((h) => h / faster),
      },
    });
  }
  return parseSimulation({
    ...quick,
    particles: { ...particles, halfWidth: 1 },
  });
}

/** How one quantity's bands did on one data set. */
export interface Outcome extends Judgement {
  readonly system: System;
  readonly seed: number;
  readonly profiles: number;
  readonly quantity: string;
}

let engine: { tf: Tf; runner?: GraphRunner } | undefined;

/**
 * Simulates, then trains on all eight profiles and on four of them.
 *
 * @param kept Folder where estimates are kept from one run of the study to the next.
 */
async function dataSet(system: System, seed: number, kept?: string): Promise<Outcome[]> {
  engine ??= { tf: (await loadBackend()).tf, runner: await loadGraphRunner() ?? undefined };
  const experiment = experimentOf(system, seed);
  const path = kept && join(kept, `${SYSTEMS.indexOf(system)}-${seed}.json`);
  const estimates = path && existsSync(path)
    ? JSON.parse(readFileSync(path, "utf8")) as OperatorEstimate[]
    : await estimateProfiles(experiment, { workers: 1 });
  if (path) writeFileSync(path, JSON.stringify(estimates));
  const four = estimates.filter(({ profileName }) => FOUR.includes(profileName));
  return [
    ...await outcomes(system, experiment, estimates),
    ...await outcomes(system, experiment, four),
  ];
}

async function outcomes(
  system: System,
  experiment: SimulatedExperiment,
  estimates: OperatorEstimate[],
): Promise<Outcome[]> {
  const { tf, runner } = engine!;
  const { seed, training, elements } = experiment;
  const models = await learn(tf, trainingData(estimates), training, randomStream(seed, "train"), {
    runner,
  });
  const folder = mkdtempSync(join(tmpdir(), "spiediff-calibration-"));
  const [low, high] = densityRange(estimates);
  await exportModel(join(folder, "model"), experiment, models, {
    code: codeIdentity(),
    nodalDensityRule: estimates[0].nodalDensityRule,
    coverage: [low, high],
    madeFrom: {},
    training: {},
  });
  const model = await loadModel(join(folder, "model"), { threads: 1 });
  try {
    const truth = referenceOf(experiment);
    const options = { seed, members: MEMBERS, keepMembers: true, fluctuation: false };
    const grid = Array.from({ length: GRID }, (_, k) => low + (high - low) * k / (GRID - 1));
    const law = await learnedLaw(model, grid, options);
    const { profile } = experiment.prediction;
    const prediction = await predict(model, (x) => profileDensity(profile, x), TIMES, options);
    const judged = (
      quantity: string,
      values: Float64Array,
      answer: ArrayLike<number>,
    ): Outcome => ({
      system,
      seed,
      profiles: estimates.length,
      quantity,
      ...judge(values, answer),
    });
    const exact = await exactDensities(truth, prediction.initial.density, elements);
    const force = withoutGauge(law.members!.drivingForce, grid.map(truth.drivingForce));
    return [
      judged(QUANTITIES[0], law.members!.K1, grid.map((rho) => exactK1(truth, rho, rho, elements))),
      judged(QUANTITIES[1], ...force),
      ...exact.map((density, k) => judged(QUANTITIES[2 + k], prediction.members![k], density)),
    ];
  } finally {
    await model.close();
    rmSync(folder, { recursive: true });
  }
}

/** The exact law's densities on the same mesh, so that only the learned law is judged. */
async function exactDensities(
  truth: ExactReference,
  initialDensity: Float64Array,
  elements: number,
): Promise<Float64Array[]> {
  const densities: Float64Array[] = [];
  for await (
    const { state } of integrate({
      law: localLaw({ ...truth, curvature: (rho) => curvatureOf(truth, rho) }, ring(elements)),
      initialState: initialDensity,
      times: TIMES,
      method: explicitRungeKutta(rk4),
      control: { kind: "adaptive", tolerance: 1e-7 },
    })
  ) densities.push(state);
  return densities;
}

if (import.meta.main) {
  // One process for each data set: they are independent, and the lines go to the study.
  const [system, seed, kept] = Deno.args;
  for (const outcome of await dataSet(system as System, Number(seed), kept)) {
    console.log(JSON.stringify(outcome));
  }
  Deno.exit(0);
}
