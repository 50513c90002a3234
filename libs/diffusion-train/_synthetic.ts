import { exactFluxOfField, exactK1OfField, type ExactReference } from "@spiediff/exact-reference";
import { type Profile, profileDensity } from "@spiediff/user-text";
import { exclusionDensity } from "@spiediff/law";
import type { RandomStream } from "@spiediff/random";
import type { OperatorData } from "./types.ts";

/**
 * Operator data from an exact reference plus noise of the size that short simulations have: for
 * tests and studies that need the truth, never for results on particles.
 *
 * @param mobilityNoise Relative standard error of the mobility's means over elements.
 * @param fluxNoise Standard error of element fluxes; it scales with sqrt(m/mean m).
 */
export function syntheticData(
  reference: ExactReference,
  profiles: readonly Profile[],
  elements: number,
  mobilityNoise: number,
  fluxNoise: number,
  stream: RandomStream,
): OperatorData[] {
  return profiles.map((profile) => {
    const field = (x: number) => profileDensity(profile, x);
    const exact = exactK1OfField(reference, field, elements).map((k1) => -k1 / elements);
    const flux = exactFluxOfField(reference, field, elements);
    const mean = exact.reduce((a, b) => a + b, 0) / elements;
    const fluxStandardError = Array.from(exact, (m) => fluxNoise * Math.sqrt(m / mean));
    return {
      profileName: profile.name,
      field: exclusionDensity,
      density: Array.from({ length: elements }, (_, i) => field(i / elements)),
      mobility: Array.from(exact, (m) => m * (1 + mobilityNoise * stream.normal())),
      mobilityStandardError: Array.from(exact, (m) => m * mobilityNoise),
      flux: Array.from(flux, (J, e) => J + fluxStandardError[e] * stream.normal()),
      fluxStandardError,
    };
  });
}
