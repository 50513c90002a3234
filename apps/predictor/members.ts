import { randomStream } from "@spiediff/random";
import type { Manifest } from "@spiediff/model-artifact/portable";
import { LATENT_TERMS, latentPolynomials, type ReverseStep } from "@spiediff/diffusion";

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
 *
 * With a calibration the index of K1 is `[random, 1]`, the 1 standing before the shift to the mean
 * of what the data leave open, and that of f' is `[random, 1, ...index of K1]`, for what the data
 * say of f' depends on K1. The random parts are normal with the calibrated standard deviations.
 *
 * The manifest is checked to leave room for these parts.
 */
export function drawMembers(
  seed: number | string,
  first: number,
  count: number,
  manifest: Manifest,
  steps: readonly ReverseStep[],
): Members {
  const { calibration } = manifest;
  const draw = (quantity: "k1" | "driving-force", indexDim: number, steered: Steered): Draws => {
    const random = indexDim - steered.width;
    const latent = new Float32Array(count);
    const index = new Float32Array(count * indexDim);
    const noise = steps.map((step) => step.noiseCoefficient > 0 ? new Float32Array(count) : null);
    for (let m = 0; m < count; m++) {
      const own = ["predictor", "member", first + m, quantity];
      const stream = randomStream(seed, ...own);
      latent[m] = stream.normal();
      const row = index.subarray(m * indexDim, (m + 1) * indexDim);
      for (let d = 0; d < random; d++) row[d] = steered.scale * stream.normal();
      row.set(steered.of(m, latent[m]), random);
      const steady = randomStream(seed, ...own, "noise");
      for (const values of noise) if (values) values[m] = steady.normal();
    }
    return { latent, index, indexDim, noise };
  };
  const k1Dim = manifest.k1.indexDim, forceDim = manifest.drivingForce.indexDim;
  if (!calibration) {
    const none: Steered = { width: 0, scale: 1, of: () => [] };
    return {
      count,
      k1: draw("k1", k1Dim, none),
      drivingForce: draw("driving-force", forceDim, none),
    };
  }
  const k1 = draw("k1", k1Dim, {
    width: LATENT_TERMS,
    scale: calibration.k1.indexScale,
    of: (_, latent) => latentPolynomials(latent),
  });
  const random = k1Dim - LATENT_TERMS;
  return {
    count,
    k1,
    drivingForce: draw("driving-force", forceDim, {
      width: random + LATENT_TERMS,
      scale: calibration.drivingForce.indexScale,
      of: (m, latent) => [
        ...k1.index.subarray(m * k1Dim, m * k1Dim + random),
        ...latentPolynomials(latent),
      ],
    }),
  };
}

/** The part of an index that is not drawn, after `random` entries of a given standard deviation. */
interface Steered {
  readonly width: number;
  readonly scale: number;
  readonly of: (member: number, latent: number) => ArrayLike<number>;
}
