import { randomStream } from "@spiediff/random";
import type { Manifest } from "@spiediff/model-artifact/portable";
import { LATENT_TERMS, latentPolynomials, type ReverseStep } from "@spiediff/diffusion";

/** All that is random about the members for one quantity, the mobility or f'. */
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
  readonly mobility: Draws;
  readonly drivingForce: Draws;
}

/**
 * Draws members `first .. first + count - 1`. Each number of a member comes from a stream that is
 * named by the seed, the member and the quantity, so it depends on nothing else: not on how many
 * members there are, nor on the sampler.
 *
 * With a calibration the index of the mobility is `[random, steered]`, and that of f' is `[random, random
 * of the mobility, steered]`, for what the data say of f' depends on the mobility. The random parts are
 * normal with the calibrated standard deviations; steered are polynomials of the member's own latent.
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
  // The name "k1" stays, so that a seed means the members that it always meant.
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
  const mobilityDim = manifest.mobility.indexDim, forceDim = manifest.drivingForce.indexDim;
  if (!calibration) {
    const none: Steered = { width: 0, scale: 1, of: () => [] };
    return {
      count,
      mobility: draw("k1", mobilityDim, none),
      drivingForce: draw("driving-force", forceDim, none),
    };
  }
  const mobility = draw("k1", mobilityDim, {
    width: LATENT_TERMS,
    scale: calibration.mobility.indexScale,
    of: (_, latent) => latentPolynomials(latent),
  });
  const random = mobilityDim - LATENT_TERMS;
  return {
    count,
    mobility,
    drivingForce: draw("driving-force", forceDim, {
      width: random + LATENT_TERMS,
      scale: calibration.drivingForce.indexScale,
      of: (m, latent) => [
        ...mobility.index.subarray(m * mobilityDim, m * mobilityDim + random),
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
