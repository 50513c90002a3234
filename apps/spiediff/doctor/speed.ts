import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Experiment, preset, profileDensity } from "@spiediff/experiment";
import { loadModel, predict } from "@spiediff/predictor";
import { exclusionDensity } from "@spiediff/law";
import type { LoopsName } from "@spiediff/kmc";
import { randomStream } from "@spiediff/random";
import { loadBackend, loadGraphRunner } from "@spiediff/tensor-backend";
import { learn, sampleProfile } from "@spiediff/train";
import type { EngineFound } from "./engine.ts";

/** How fast this machine is at each stage, by short measurements of the real thing. */
export interface Speed {
  /** Realizations of preset lrm, one thread, by each compiled build of the particle loops that is there. */
  readonly realizationsPerSecond: Readonly<Partial<Record<LoopsName, number>>>;
  /** Training steps of preset lrm's mobility network. */
  readonly trainingStepsPerSecond: number;
  /** Training steps of preset lrm's free-energy network. */
  readonly freeEnergyStepsPerSecond: number;
  /** Ensemble members to t = 0.02; null without the model that a checkout has. */
  readonly membersPerSecond: number | null;
  /** Seconds that simulating and training preset lrm will take. */
  readonly lrmSeconds: { readonly simulate: number; readonly train: number };
}

const REALIZATIONS = 96;
const STEPS = 200;
const MEMBERS = 50;
const MODEL = fileURLToPath(new URL("../../../test-data/lrm-quick-model", import.meta.url));

/** Measures; takes a few seconds. */
export async function speed(
  cores: number,
  { engine, available }: EngineFound,
): Promise<Speed> {
  const lrm = preset("lrm");
  const realizationsPerSecond: Partial<Record<LoopsName, number>> = {};
  for (const loops of new Set([engine, ...available.filter((name) => name !== "typescript")])) {
    realizationsPerSecond[loops] = REALIZATIONS / await simulation(lrm, loops);
  }
  const training = await trainingSeconds(lrm);
  const rates = {
    trainingStepsPerSecond: STEPS / training.mobility,
    freeEnergyStepsPerSecond: STEPS / training.freeEnergy,
  };
  const own = { cores, realizationsPerSecond: realizationsPerSecond[engine]! };
  return {
    realizationsPerSecond,
    ...rates,
    membersPerSecond: existsSync(MODEL) ? MEMBERS / await prediction(lrm) : null,
    lrmSeconds: secondsOf(lrm, { ...own, ...rates, epinetSeconds: training.epinets }),
  };
}

/** What simulating and training an experiment take at these rates; particles on all cores. */
export function secondsOf(
  { profiles, sampling: { realizations }, training: { steps } }: Experiment,
  at: Pick<Speed, "trainingStepsPerSecond" | "freeEnergyStepsPerSecond"> & {
    readonly cores: number;
    readonly realizationsPerSecond: number;
    readonly epinetSeconds: number;
  },
): Speed["lrmSeconds"] {
  return {
    simulate: profiles.length * realizations / at.realizationsPerSecond / at.cores,
    train: steps.k1 / at.trainingStepsPerSecond +
      steps.freeEnergy / at.freeEnergyStepsPerSecond + at.epinetSeconds,
  };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function simulation(experiment: Experiment, loops: LoopsName): Promise<number> {
  const sample = (realizations: number) =>
    sampleProfile(
      { ...experiment, sampling: { ...experiment.sampling, realizations } },
      experiment.profiles[0],
      { workers: 1, loops },
    );
  await sample(16);
  return seconds(() => sample(REALIZATIONS));
}

async function trainingSeconds({ training, profiles, elements }: Experiment) {
  const { tf } = await loadBackend();
  const runner = await loadGraphRunner() ?? undefined;
  const { seconds } = await learn(
    tf,
    profiles.map((profile) => diffusionData(profile, elements)),
    { ...training, heldOut: 0, steps: { k1: STEPS, freeEnergy: STEPS } },
    randomStream(1, "doctor"),
    { runner },
  );
  return {
    mobility: seconds.mobility,
    freeEnergy: seconds["free energy"],
    epinets: seconds["mobility epinet"] + seconds["driving-force epinet"],
  };
}

/** What an exact estimate of plain diffusion would be: m = rho (1 - rho), f' = ln(rho/(1-rho)). */
export function diffusionData(profile: Experiment["profiles"][number], M: number) {
  const density = Array.from({ length: M }, (_, i) => profileDensity(profile, i / M));
  const next = (e: number) => density[(e + 1) % M];
  const force = (rho: number) => Math.log(rho / (1 - rho));
  const mobility = density.map((rho, e) => (rho * (1 - rho) + next(e) * (1 - next(e))) / 2);
  return {
    profileName: profile.name,
    field: exclusionDensity,
    density,
    mobility,
    mobilityStandardError: mobility.map((m) => 0.01 * m),
    flux: mobility.map((m, e) => -M * m * (force(next(e)) - force(density[e]))),
    fluxStandardError: mobility.map(() => 0.01),
  };
}

async function prediction({ profiles: [first] }: Experiment): Promise<number> {
  const model = await loadModel(MODEL);
  try {
    const start = (x: number) => profileDensity(first, x);
    return await seconds(() => predict(model, start, [0, 0.02], { seed: 1, members: MEMBERS }));
  } finally {
    await model.close();
  }
}
