/** The ways to an uncertainty that the study compares, each as members of one law on a density grid. */
import { ddimSteps } from "@spiediff/diffusion";
import {
  type DrivingForceModel,
  type K1Model,
  sampleDrivingForce,
  sampleK1,
} from "@spiediff/diffusion-train";
import type { Experiment } from "@spiediff/experiment";
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
  experiment: Experiment,
  estimates: OperatorEstimate[],
  grid: number[],
  folder: string,
): Promise<VariantLaw[]> {
  const { tf, runner } = await trainingEngine();
  const { seed, training } = experiment;
  const stream = randomStream(seed, "train");
  const base = await learn(tf, estimates, training, stream, { runner });
  const trainingSeconds = base.seconds.K1 + base.seconds["free energy"];
  const data = await learningData(tf, base.k1, estimates, training, stream);
  const laws: VariantLaw[] = [];
  const epinet = async (name: string, indexDim: number, priorScale: number) => {
    const options = { indexDim, visits: training.epinetVisits, priorScale };
    const { seconds, ...epinets } = distilEpinets(tf, base, data, options, stream);
    const path = `${folder}/${indexDim}-${priorScale}`;
    await exportModel(path, experiment, { ...base, ...epinets }, {
      code: codeIdentity(),
      nodalDensityRule: estimates[0].nodalDensityRule,
      coverage: densityRange(estimates),
      training: {},
    });
    const model = await loadModel(path, { threads: 1 });
    try {
      const law = await learnedLaw(model, grid, { seed, members: MEMBERS, keepMembers: true });
      laws.push({
        name,
        K1: law.members!.K1,
        force: law.members!.drivingForce,
        seconds: seconds["K1 epinet"] + seconds["driving-force epinet"],
      });
    } finally {
      await model.close();
    }
  };
  for (const indexDim of [training.indexDim, 8, 4, 1]) {
    await epinet(`epinet, index of ${indexDim}`, indexDim, 1);
  }
  await epinet(`epinet without prior, index of ${training.indexDim}`, training.indexDim, 0);
  const alone = await latentLaws(base, grid, MEMBERS, seed);
  laws.push({ name: "no epinet: latents alone", ...alone, seconds: 0 });

  const K1 = new Float64Array(RETRAININGS * grid.length), force = K1.slice();
  for (let m = 0; m < RETRAININGS; m++) {
    const models = m === 0
      ? base
      : await learn(tf, estimates, training, randomStream(seed, "ensemble", m), { runner });
    const own = await latentLaws(models, grid, LATENTS, seed);
    K1.set(meanOverMembers(own.K1, grid.length), m * grid.length);
    force.set(meanOverMembers(own.force, grid.length), m * grid.length);
  }
  laws.push({
    name: `deep ensemble of ${RETRAININGS}`,
    K1,
    force,
    seconds: RETRAININGS * trainingSeconds,
  });
  return laws;
}

/** K1 and f' of the base networks, one function for each latent. */
async function latentLaws(
  { k1, drivingForce }: { readonly k1: K1Model; readonly drivingForce: DrivingForceModel },
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
  const steps = ddimSteps(k1.schedule, 2);
  return {
    K1: Float64Array.from(await sampleK1(tf, k1, steps, tiled, latents("k1"))),
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
