import { ddimSteps, LATENT_TERMS, noiseSchedule, type ReverseStep } from "@spiediff/diffusion";
import { type Manifest, ModelError, modelField, type ModelFiles } from "@spiediff/model-artifact";
import { lawGraph, type SampledQuantity } from "@spiediff/onnx-graph";
import { drawMembers } from "../members.ts";

/**
 * Where the numbers of a member stand, all standard normal: the latents of m and f', then the random parts
 * of the indices of m and of f'.
 */
export interface MemberLayout {
  readonly width: number;
  readonly mobilityRandom: number;
  readonly forceRandom: number;
}

export function memberLayout({ mobility, drivingForce, calibration }: Manifest): MemberLayout {
  const mobilityRandom = mobility.indexDim - (calibration ? LATENT_TERMS : 0);
  const forceRandom = drivingForce.indexDim -
    (calibration ? mobilityRandom + LATENT_TERMS : 0);
  return { width: 2 + mobilityRandom + forceRandom, mobilityRandom, forceRandom };
}

function samplerSteps(manifest: Manifest): ReverseStep[] {
  return ddimSteps(noiseSchedule(manifest.diffusion.schedule), manifest.sampler.steps);
}

/**
 * The law of a model as one ONNX graph: `density` `[B,1]` and `member` `[B,width]` in, `mobility` and
 * `driving_force` `[B,1]` out, by the model's own sampler.
 *
 * @throws {ModelError} if the networks cannot be joined.
 */
export function lawOnnx(manifest: Manifest, files: ModelFiles): Uint8Array {
  const { mobility, drivingForce, calibration, gauge } = manifest;
  const { width, mobilityRandom, forceRandom } = memberLayout(manifest);
  const ofMobility = new Float32Array(width * mobility.indexDim);
  const mobilityScale = calibration?.mobility.indexScale ?? 1;
  copy(ofMobility, mobility.indexDim, 2, 0, mobilityRandom, mobilityScale);
  const ofForce = new Float32Array(width * drivingForce.indexDim);
  const forceScale = calibration?.drivingForce.indexScale ?? 1;
  copy(ofForce, drivingForce.indexDim, 2 + mobilityRandom, 0, forceRandom, forceScale);
  // What the data say of f' depends on the mobility.
  if (calibration) {
    copy(ofForce, drivingForce.indexDim, 2, forceRandom, mobilityRandom, mobilityScale);
  }
  const parts = ({ denoiser, epinet, indexDim, state }: typeof mobility | typeof drivingForce) => ({
    denoiser: files[denoiser],
    epinet: files[epinet],
    steered: steeredPart(indexDim, calibration !== undefined),
    state,
  });
  const documentation =
    "Mobility and driving force of a member at a density; members are standard " +
    `normal, and f' of a member is known up to its value at density ${gauge.referenceDensity}`;
  try {
    return lawGraph(documentation, width, samplerSteps(manifest), {
      mobility: {
        ...parts(mobility),
        output: "raw",
        latent: 0,
        random: ofMobility,
        softplusScale: mobility.scale,
      },
      driving_force: {
        ...parts(drivingForce),
        output: "driving_force",
        latent: 1,
        random: ofForce,
        ideal: idealOf(manifest),
      },
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ModelError("network", `The model's networks cannot be joined: ${error.message}`, {
      cause: error,
    });
  }
}

/** The known part of f', in a graph's terms; fields between two ends have none. */
function idealOf(manifest: Manifest): SampledQuantity["ideal"] {
  const { idealEnergy: energy } = manifest.drivingForce,
    { ideal: form, low } = modelField(manifest);
  return energy === undefined || form === "logit" ? undefined : { form, energy, low };
}

/** Lets an index have `count` numbers, the rows from `from` on, as its entries from `to` on. */
function copy(
  matrix: Float32Array,
  indexDim: number,
  from: number,
  to: number,
  count: number,
  scale: number,
): void {
  for (let k = 0; k < count; k++) matrix[(from + k) * indexDim + to + k] = scale;
}

/** The steered entries are the last ones of an index. */
function steeredPart(indexDim: number, steered: boolean): Float32Array {
  const matrix = new Float32Array(LATENT_TERMS * indexDim);
  if (steered) copy(matrix, indexDim, 0, indexDim - LATENT_TERMS, LATENT_TERMS, 1);
  return matrix;
}

/** The numbers of the members that a seed means, `[count * width]`. */
export function memberNumbers(
  manifest: Manifest,
  seed: number | string,
  count: number,
): Float32Array {
  const { width, mobilityRandom, forceRandom } = memberLayout(manifest);
  const { mobility, drivingForce } = drawMembers(seed, 0, count, manifest, samplerSteps(manifest));
  const mobilityScale = manifest.calibration?.mobility.indexScale ?? 1;
  const forceScale = manifest.calibration?.drivingForce.indexScale ?? 1;
  const numbers = new Float32Array(count * width);
  for (let m = 0; m < count; m++) {
    const row = numbers.subarray(m * width, (m + 1) * width);
    row[0] = mobility.latent[m];
    row[1] = drivingForce.latent[m];
    for (let k = 0; k < mobilityRandom; k++) {
      row[2 + k] = mobility.index[m * mobility.indexDim + k] / mobilityScale;
    }
    for (let k = 0; k < forceRandom; k++) {
      row[2 + mobilityRandom + k] = drivingForce.index[m * drivingForce.indexDim + k] / forceScale;
    }
  }
  return numbers;
}
