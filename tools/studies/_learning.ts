/** What the studies of learning share: cases, estimates that are kept, models that are kept. */
import { exactLaws, trainBaseline } from "@spiediff/demo";
import { densityGrid, errorsOfLaw, type LawErrors } from "@spiediff/run-report";
import {
  conservedField,
  parseSimulation,
  preset,
  type PresetName,
  type SimulatedExperiment,
} from "@spiediff/experiment";
import { type OperatorEstimate, parseOperatorEstimate } from "@spiediff/fdt-operators";
import { fieldOf } from "@spiediff/law";
import { modelField } from "@spiediff/model-artifact";
import { learnedLaw, loadModel, type Sampler } from "@spiediff/predictor";
import { randomStream } from "@spiediff/random";
import { type GraphRunner, loadBackend, loadGraphRunner, type Tf } from "@spiediff/tensor-backend";
import {
  codeIdentity,
  densityRange,
  estimateProfiles,
  exportModel,
  learn,
  learnDiffusion,
  trainingData,
} from "@spiediff/train";
import { ddimSteps, type ReverseStep } from "@spiediff/diffusion";
import {
  type DrivingForceModel,
  type MobilityModel,
  sampleDrivingForce,
  sampleMobility,
} from "@spiediff/diffusion-train";
import { ROOT } from "../root.ts";
import { progress, workersOption } from "./_study.ts";

/** Estimates and models are kept here between studies; delete it to have all made again. */
const KEPT = `${ROOT}/runs/studies`;

/** A system of the accuracy study. */
export interface Case {
  readonly id: string;
  readonly label: string;
  readonly experiment: (seed: number) => SimulatedExperiment;
}

const shipped = (name: PresetName) => (seed: number) => preset(name, seed);

export const CASES: Case[] = [
  { id: "lrm-1", label: "L = 40, βJ₀ = 1", experiment: shipped("lrm") },
  {
    id: "lrm-2",
    label: "L = 40, βJ₀ = 2",
    experiment: (seed) => {
      const base = preset("lrm", seed);
      return parseSimulation({ ...base, particles: { ...base.particles, betaJ0: 2 } });
    },
  },
  { id: "short-1", label: "L = 1, βJ₀ = 1", experiment: shipped("short-weak") },
  { id: "short-4", label: "L = 1, βJ₀ = 4", experiment: shipped("short-strong") },
];

/** The experiment's operator estimates, simulated or as kept from before. */
export async function estimatesOf(experiment: SimulatedExperiment): Promise<OperatorEstimate[]> {
  const { realizations, burnIn } = experiment.sampling;
  const estimates: OperatorEstimate[] = [];
  for (const profile of experiment.profiles) {
    const system = Object.values(experiment.particles).map((v) => JSON.stringify(v)).join("-")
      .replace(/[^\w.-]+/g, "") + `-${burnIn}`;
    const key = `${system}-R${realizations}-seed${experiment.seed}-${profile.name}`;
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
  experiment: SimulatedExperiment,
  estimates: OperatorEstimate[],
  name: string,
): Promise<DiffusionLaw & { folder: string }> {
  const { tf, runner } = await trainingEngine();
  const start = performance.now();
  const stream = randomStream(experiment.seed, "train");
  const models = await learn(tf, trainingData(estimates, experiment), experiment.training, stream, {
    runner,
  });
  const seconds = (performance.now() - start) / 1000;
  const folder = `${KEPT}/models/${name}`;
  await exportModel(folder, experiment, models, {
    code: codeIdentity(),
    nodalDensityRule: estimates[0].nodalDensityRule,
    coverage: densityRange(estimates),
    madeFrom: {},
    training: {},
  });
  return { folder, seconds, mobility: models.mobility, drivingForce: models.drivingForce };
}

/** A law's errors and the seconds that its evaluation took. */
export interface Measured {
  /** Against the reference of the experiment's start. */
  readonly errors: LawErrors;
  readonly seconds: number;
}

/** Errors of a model folder's law: the mean over members, as predictions use them. */
export async function modelErrors(
  experiment: SimulatedExperiment,
  folder: string,
  members: number,
  sampler?: Sampler,
): Promise<Measured> {
  const model = await loadModel(folder);
  try {
    const { coverage, system } = model.manifest;
    const options = { seed: experiment.seed, members, ...(sampler ? { sampler } : {}) };
    const density = densityGrid(coverage.density, fieldOf(modelField(model.manifest)));
    await learnedLaw(model, density, { ...options, members: 2 });
    const start = performance.now();
    const law = await learnedLaw(model, density, options);
    const seconds = (performance.now() - start) / 1000;
    const errors = errorsOfLaw(
      { k1: () => law.K1.mean, drivingForce: () => law.drivingForce.mean },
      exactLaws(experiment)!,
      system.elements,
      coverage.density,
    );
    return { errors, seconds };
  } finally {
    await model.close();
  }
}

/** Latents over which the diffusion models' own law is averaged. */
const LATENTS = 256;

/** The two diffusion models alone, trained as `learn` trains them. */
export interface DiffusionLaw {
  readonly mobility: MobilityModel;
  readonly drivingForce: DrivingForceModel;
  readonly seconds: number;
}

/** Trains mobility and f without the epinets, which have no part in the law's own accuracy. */
export async function trainDiffusion(
  experiment: SimulatedExperiment,
  estimates: OperatorEstimate[],
): Promise<DiffusionLaw> {
  const { tf, runner } = await trainingEngine();
  const start = performance.now();
  const stream = randomStream(experiment.seed, "train");
  const { bases } = await learnDiffusion(
    tf,
    trainingData(estimates, experiment),
    experiment.training,
    stream,
    {
      runner,
    },
  );
  return { ...bases, seconds: (performance.now() - start) / 1000 };
}

/** Errors of the diffusion models' mean over their latents by a sampler, and its seconds. */
export async function diffusionErrors(
  experiment: SimulatedExperiment,
  estimates: OperatorEstimate[],
  { mobility, drivingForce }: DiffusionLaw,
  steps: readonly ReverseStep[] = ddimSteps(mobility.schedule, 2),
): Promise<Measured> {
  const { tf } = await trainingEngine();
  const covered = densityRange(estimates);
  const density = densityGrid(covered, fieldOf(conservedField(experiment)));
  const stream = randomStream(experiment.seed, "study");
  const start = performance.now();
  const rows = LATENTS * density.length;
  const tiled = Float64Array.from({ length: rows }, (_, i) => density[i % density.length]);
  const mean = async (
    name: string,
    sample: (latent: Float32Array, noise: () => Float32Array) => Promise<Float32Array>,
  ) => {
    const { normal } = stream.split(name);
    // One latent, and one noise at each reverse step, for a whole function of density.
    const draw = () => {
      const own = Float32Array.from({ length: LATENTS }, normal);
      return Float32Array.from({ length: rows }, (_, i) => own[Math.floor(i / density.length)]);
    };
    const values = new Float64Array(density.length);
    (await sample(draw(), draw)).forEach((v, i) => values[i % density.length] += v / LATENTS);
    return values;
  };
  const m = await mean(
    "mobility",
    (latent, noise) => sampleMobility(tf, mobility, steps, tiled, latent, noise),
  );
  const K1 = m.map((value) => -experiment.elements * value);
  const force = await mean(
    "driving-force",
    (latent, noise) => sampleDrivingForce(tf, drivingForce, steps, tiled, latent, noise),
  );
  const seconds = (performance.now() - start) / 1000;
  const errors = errorsOfLaw(
    { k1: () => K1, drivingForce: () => force },
    exactLaws(experiment)!,
    experiment.elements,
    densityRange(estimates),
  );
  return { errors, seconds };
}

/** Errors of the deterministic baseline on the same data. */
export async function baselineErrors(
  experiment: SimulatedExperiment,
  estimates: OperatorEstimate[],
  members: number,
): Promise<{ errors: LawErrors; seconds: number }> {
  return trainBaseline(
    await trainingEngine(),
    experiment,
    estimates,
    exactLaws(experiment)!,
    members,
  );
}
