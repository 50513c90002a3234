import { exactFluxOfField, exactK1OfField, type ExactReference } from "@spiediff/exact-reference";
import { type Profile, profileDensity } from "@spiediff/experiment";
import type { RandomStream } from "@spiediff/random";
import type { OperatorData } from "./types.ts";

/**
 * Operator data from an exact reference plus noise of the size that short simulations have: for
 * tests and studies that need the truth, never for results on particles.
 *
 * @param k1Noise Relative standard error of K1 entries.
 * @param fluxNoise Standard error of element fluxes; it scales with sqrt(|K1|/mean |K1|).
 */
export function syntheticData(
  reference: ExactReference,
  profiles: readonly Profile[],
  elements: number,
  k1Noise: number,
  fluxNoise: number,
  stream: RandomStream,
): OperatorData[] {
  return profiles.map((profile) => {
    const field = (x: number) => profileDensity(profile, x);
    const k1 = exactK1OfField(reference, field, elements);
    const flux = exactFluxOfField(reference, field, elements);
    const mean = k1.reduce((a, b) => a + b, 0) / elements;
    const fluxStandardError = Array.from(k1, (k) => fluxNoise * Math.sqrt(k / mean));
    return {
      profileName: profile.name,
      density: Array.from({ length: elements }, (_, i) => field(i / elements)),
      K1: Array.from(k1, (k) => k * (1 + k1Noise * stream.normal())),
      K1StandardError: Array.from(k1, (k) => Math.abs(k) * k1Noise),
      flux: Array.from(flux, (J, e) => J + fluxStandardError[e] * stream.normal()),
      fluxStandardError,
    };
  });
}
