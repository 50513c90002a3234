/** The ways to an uncertainty that the study compares, each as members of one law on a density grid. */
import { ddimSteps } from "@spiediff/diffusion";
import {
  type DrivingForceModel,
  type MobilityModel,
  sampleDrivingForce,
  sampleMobility,
} from "@spiediff/diffusion-train";
import type { SimulatedExperiment } from "@spiediff/experiment";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { learnedLaw, loadModel } from "@spiediff/predictor";
import { randomStream } from "@spiediff/random";
import {
  codeIdentity,
  densityRange,
  distilEpinets,
  exportModel,
  learn,
  learningData,
  trainingData,
} from "@spiediff/train";
import { trainingEngine } from "../_learning.ts";

const MEMBERS = 400;
/** Latents over which a retrained network's own answer is averaged. */
const LATENTS = 64;
export const RETRAININGS = 10;

/** Members of K1(rho, rho) and f', each `[members * grid]`, and the seconds that they cost beside one training. */
export interface VariantLaw {
  readonly name: string;
  readonly K1: Float64Array;
  readonly force: Float64Array;
  readonly seconds: number;
}

/** Epinets of several sizes, without a prior, none at all, and a deep ensemble, on one data set. */
export async function variantLaws(
  experiment: SimulatedExperiment,
  estimates: OperatorEstimate[],
  grid: number[],
  folder: string,
): Promise<VariantLaw[]> {
  const { tf, runner } = await trainingEngine();
  const { seed, training, elements } = experiment;
  const stream = randomStream(seed, "train");
  const shown = trainingData(estimates, experiment);
  const base = await learn(tf, shown, training, stream, { runner });
  const trainingSeconds = base.seconds.mobility + base.seconds["free energy"];
  const data = await learningData(tf, base.mobility, shown, training, stream);
  const laws: VariantLaw[] = [];
  const epinet = async (name: string, indexDim: number, priorScale: number) => {
    const options = { indexDim, visits: training.epinetVisits, priorScale };
    const { seconds, ...epinets } = distilEpinets(tf, base, data, options, stream);
    const path = `${folder}/${indexDim}-${priorScale}`;
    await exportModel(path, experiment, { ...base, ...epinets }, {
      code: codeIdentity(),
      nodalDensityRule: estimates[0].nodalDensityRule,
      coverage: densityRange(estimates),
      madeFrom: {},
      training: {},
    });
    const model = await loadModel(path, { threads: 1 });
    try {
      const law = await learnedLaw(model, grid, { seed, members: MEMBERS, keepMembers: true });
      laws.push({
        name,
        K1: law.members!.K1,
        force: law.members!.drivingForce,
        seconds: seconds["mobility epinet"] + seconds["driving-force epinet"],
      });
    } finally {
      await model.close();
    }
  };
  for (const indexDim of [training.indexDim, 8, 4, 1]) {
    await epinet(`epinet, index of ${indexDim}`, indexDim, 1);
  }
  await epinet(`epinet without prior, index of ${training.indexDim}`, training.indexDim, 0);
  const alone = await latentLaws(base, elements, grid, MEMBERS, seed);
  laws.push({ name: "no epinet: latents alone", ...alone, seconds: 0 });

  const retrained = (m: number) =>
    m === 0
      ? Promise.resolve(base)
      : learn(tf, shown, training, randomStream(seed, "ensemble", m), { runner });
  laws.push({
    ...await deepEnsemble(retrained, elements, grid, seed),
    seconds: RETRAININGS * trainingSeconds,
  });
  return laws;
}

/** Laws of networks that were trained anew, each the mean over its latents. */
async function deepEnsemble(
  retrained: (member: number) => ReturnType<typeof learn>,
  elements: number,
  grid: number[],
  seed: number,
): Promise<Omit<VariantLaw, "seconds">> {
  const K1 = new Float64Array(RETRAININGS * grid.length), force = K1.slice();
  for (let m = 0; m < RETRAININGS; m++) {
    const own = await latentLaws(await retrained(m), elements, grid, LATENTS, seed);
    K1.set(meanOverMembers(own.K1, grid.length), m * grid.length);
    force.set(meanOverMembers(own.force, grid.length), m * grid.length);
  }
  return { name: `deep ensemble of ${RETRAININGS}`, K1, force };
}

/** K1 and f' of the base networks, one function for each latent. */
async function latentLaws(
  { mobility, drivingForce }: {
    readonly mobility: MobilityModel;
    readonly drivingForce: DrivingForceModel;
  },
  elements: number,
  grid: number[],
  count: number,
  seed: number,
): Promise<Pick<VariantLaw, "K1" | "force">> {
  const { tf } = await trainingEngine();
  const n = grid.length;
  const tiled = Float64Array.from({ length: count * n }, (_, i) => grid[i % n]);
  const latents = (name: string) => {
    const { normal } = randomStream(seed, "ablation", name);
    const own = Float32Array.from({ length: count }, normal);
    return Float32Array.from({ length: count * n }, (_, i) => own[Math.floor(i / n)]);
  };
  const steps = ddimSteps(mobility.schedule, 2);
  return {
    K1: Float64Array.from(
      await sampleMobility(tf, mobility, steps, tiled, latents("mobility")),
      (m) => -elements * m,
    ),
    force: Float64Array.from(
      await sampleDrivingForce(tf, drivingForce, steps, tiled, latents("driving-force")),
    ),
  };
}

function meanOverMembers(values: Float64Array, n: number): Float64Array {
  const mean = new Float64Array(n);
  values.forEach((v, k) => mean[k % n] += v * n / values.length);
  return mean;
}
