import { randomStream } from "@spiediff/random";
import type { Manifest } from "@spiediff/model-artifact/portable";
import type { ReverseStep } from "@spiediff/diffusion";

/** All that is random about the members for one quantity, K1 or f'. */
export interface Draws {
  /** Start of the reverse process, `[members]`. */
  readonly latent: Float32Array;
  /** Epistemic index, `[members * indexDim]`. */
  readonly index: Float32Array;
  readonly indexDim: number;
  /** For each reverse step the noise `[members]` that it adds, or null where it adds none. */
  readonly noise: readonly (Float32Array | null)[];
}

/** The members of an ensemble; each is one deterministic law. */
export interface Members {
  readonly count: number;
  readonly k1: Draws;
  readonly drivingForce: Draws;
}

/**
 * Draws members `first .. first + count - 1`. Each number of a member comes from a stream that is
 * named by the seed, the member and the quantity, so it depends on nothing else: not on how many
 * members there are, nor on the sampler.
 */
export function drawMembers(
  seed: number | string,
  first: number,
  count: number,
  manifest: Manifest,
  steps: readonly ReverseStep[],
): Members {
  const draw = (quantity: "k1" | "driving-force", indexDim: number): Draws => {
    const latent = new Float32Array(count);
    const index = new Float32Array(count * indexDim);
    const noise = steps.map((step) => step.noiseCoefficient > 0 ? new Float32Array(count) : null);
    for (let m = 0; m < count; m++) {
      const own = ["predictor", "member", first + m, quantity];
      const stream = randomStream(seed, ...own);
      latent[m] = stream.normal();
      for (let d = 0; d < indexDim; d++) index[m * indexDim + d] = stream.normal();
      const steady = randomStream(seed, ...own, "noise");
      for (const values of noise) if (values) values[m] = steady.normal();
    }
    return { latent, index, indexDim, noise };
  };
  return {
    count,
    k1: draw("k1", manifest.k1.indexDim),
    drivingForce: draw("driving-force", manifest.drivingForce.indexDim),
  };
}
