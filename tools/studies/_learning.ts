/** What the studies of learning share: cases, estimates that are kept, models that are kept. */
import { densityGrid, errorsOfLaw, type LawErrors } from "@spiediff/demo";
import { longRangeLimit, referenceFor } from "@spiediff/exact-reference";
import { type Experiment, parseExperiment, preset, type PresetName } from "@spiediff/experiment";
import { type OperatorEstimate, parseOperatorEstimate } from "@spiediff/fdt-operators";
import { learnedLaw, loadModel, type PredictOptions } from "@spiediff/predictor";
import { randomStream } from "@spiediff/random";
import { type GraphRunner, loadBackend, loadGraphRunner, type Tf } from "@spiediff/tensor-backend";
import { codeIdentity, densityRange, estimateProfiles, exportModel, learn } from "@spiediff/train";
import { holdOut, trainStatPinn } from "@spiediff/diffusion-train";
import { ROOT } from "../root.ts";
import { progress, workersOption } from "./_study.ts";

/** Estimates and models are kept here between studies; delete it to have all made again. */
const KEPT = `${ROOT}/runs/studies`;

/** A system of the accuracy study. */
export interface Case {
  readonly id: string;
  readonly label: string;
  readonly experiment: (seed: number) => Experiment;
}

const shipped = (name: PresetName) => (seed: number) => preset(name, seed);

export const CASES: Case[] = [
  { id: "lrm-1", label: "L = 40, βJ₀ = 1", experiment: shipped("lrm") },
  {
    id: "lrm-2",
    label: "L = 40, βJ₀ = 2",
    experiment: (seed) => {
      const base = preset("lrm", seed);
      return parseExperiment({ ...base, particles: { ...base.particles, betaJ0: 2 } });
    },
  },
  { id: "short-1", label: "L = 1, βJ₀ = 1", experiment: shipped("short-weak") },
  { id: "short-4", label: "L = 1, βJ₀ = 4", experiment: shipped("short-strong") },
];

/** The experiment's operator estimates, simulated or as kept from before. */
export async function estimatesOf(experiment: Experiment): Promise<OperatorEstimate[]> {
  const { halfWidth, betaJ0 } = experiment.particles;
  const { realizations } = experiment.sampling;
  const estimates: OperatorEstimate[] = [];
  for (const profile of experiment.profiles) {
    const key = `L${halfWidth}-J${betaJ0}-R${realizations}-seed${experiment.seed}-${profile.name}`;
    const path = `${KEPT}/estimates/${key}.json`;
    const known = readIfThere(path);
    if (known !== undefined) {
      estimates.push(parseOperatorEstimate(JSON.parse(known)));
      continue;
    }
    progress(`simulating ${key}`);
    const [fresh] = await estimateProfiles({ ...experiment, profiles: [profile] }, {
      workers: workersOption(),
    });
    keep(path, JSON.stringify(fresh));
    estimates.push(fresh);
  }
  return estimates;
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

function keep(path: string, text: string): void {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  Deno.writeTextFileSync(path, text);
}

let engine: Promise<{ tf: Tf; runner: GraphRunner | undefined }> | undefined;

/** Tensors and the native runner of training steps, loaded once. */
export function trainingEngine(): Promise<{ tf: Tf; runner: GraphRunner | undefined }> {
  return engine ??= (async () => ({
    tf: (await loadBackend()).tf,
    runner: await loadGraphRunner() ?? undefined,
  }))();
}

/** Trains the experiment's models and exports them into a folder; returns the seconds of it. */
export async function trainModel(
  experiment: Experiment,
  estimates: OperatorEstimate[],
  name: string,
): Promise<{ folder: string; seconds: number }> {
  const { tf, runner } = await trainingEngine();
  const start = performance.now();
  const stream = randomStream(experiment.seed, "train");
  const models = await learn(tf, estimates, experiment.training, stream, { runner });
  const seconds = (performance.now() - start) / 1000;
  const folder = `${KEPT}/models/${name}`;
  await exportModel(folder, experiment, models, {
    code: codeIdentity(),
    nodalDensityRule: estimates[0].nodalDensityRule,
    coverage: densityRange(estimates),
    training: {},
  });
  return { folder, seconds };
}

/** Errors of a model folder's law, the mean over members, and the seconds to evaluate it. */
export async function modelErrors(
  experiment: Experiment,
  folder: string,
  members: number,
  sampler?: PredictOptions["sampler"],
): Promise<{ errors: LawErrors; seconds: number }> {
  const model = await loadModel(folder);
  try {
    const { coverage, system } = model.manifest;
    const options = { seed: experiment.seed, members, sampler };
    const density = densityGrid();
    await learnedLaw(model, density, { ...options, members: 2 });
    const start = performance.now();
    const law = await learnedLaw(model, density, options);
    const seconds = (performance.now() - start) / 1000;
    const errors = errorsOfLaw(
      { k1: () => law.K1.mean, drivingForce: () => law.drivingForce.mean },
      lawsOf(experiment),
      system.elements,
      coverage.density,
    );
    return { errors, seconds };
  } finally {
    await model.close();
  }
}

/** Errors of the deterministic baseline on the same data. */
export async function baselineErrors(
  experiment: Experiment,
  estimates: OperatorEstimate[],
  members: number,
): Promise<{ errors: LawErrors; seconds: number }> {
  const { tf, runner } = await trainingEngine();
  const start = performance.now();
  const { training } = experiment;
  const stream = randomStream(experiment.seed, "train");
  const data = holdOut(estimates, training.heldOut, stream.split("held-out"));
  const pinn = await trainStatPinn(
    tf,
    data,
    { ...training, members, runner },
    stream.split("baseline"),
  );
  const seconds = (performance.now() - start) / 1000;
  const errors = errorsOfLaw(
    { drivingForce: pinn.drivingForce, k1: (rho) => pinn.k1(rho, rho) },
    lawsOf(experiment),
    experiment.elements,
    densityRange(estimates),
  );
  return { errors, seconds };
}

function lawsOf({ particles }: Experiment) {
  return { reference: referenceFor(particles), limit: longRangeLimit(particles) };
}
