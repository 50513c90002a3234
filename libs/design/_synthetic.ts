/** Estimates of a law that is known, with errors of a covariance that is known: for tests. */
import { exclusionDensity } from "@spiediff/law";
import { randomStream } from "@spiediff/random";
import type { Profile } from "@spiediff/user-text";
import { Matrix } from "ml-matrix";
import { nodalDensities } from "./candidates.ts";
import { type MeasuredProfile, wavesOf } from "./measured_profile.ts";
import { fluxResponse, mobilityResponse } from "./observables.ts";

/** Independent particles with exclusion, and one that interacts. */
export const KNOWN = {
  field: exclusionDensity,
  diffusivity: (rho: number) => 1 / (1 + rho) ** 2,
  mobility: (rho: number) => rho * (1 - rho) / (1 + rho),
};

/** Standard deviations of one realization's flux and relative mobility. */
export const NOISE = { flux: 0.5, mobility: 0.3 };

export const ELEMENTS = 25;

/** Names of profiles stay the same for the same seed. */
export const wave = (mean: number, amplitude: number, k = 1): Profile => ({
  name: `k${k}-${mean}-${amplitude}`,
  mean,
  modes: [{ k, amplitude, phase: 0 }],
});

/** What so many realizations say of a profile. @param seed Exact where absent. */
export function synthetic(profile: Profile, realizations: number, seed?: number): MeasuredProfile {
  const density = nodalDensities(profile, ELEMENTS);
  const none = { size: 1, values: () => Float64Array.of(1) };
  const stream = randomStream(seed ?? 0, `synthetic/${profile.name}`);
  const draw = () => seed === undefined ? 0 : stream.normal();
  const errorOf = (size: number) => size / Math.sqrt(realizations);
  const flux = fluxResponse(density, KNOWN.diffusivity, none).values;
  const means = mobilityResponse(density, KNOWN.mobility, none).values.map(Math.exp);
  return {
    name: profile.name,
    shape: profile.name,
    realizations,
    density,
    elementDensity: density,
    flux: flux.map((J) => J + errorOf(NOISE.flux) * draw()),
    fluxCovariance: Matrix.eye(ELEMENTS).mul(errorOf(NOISE.flux) ** 2),
    mobility: means.map((m) => m * Math.exp(errorOf(NOISE.mobility) * draw())),
    mobilityStandardError: means.map((m) => m * errorOf(NOISE.mobility)),
    waves: wavesOf(profile),
  };
}
