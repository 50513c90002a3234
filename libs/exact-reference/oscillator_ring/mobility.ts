import type { RingEquilibrium } from "./thermodynamics.ts";

/** Diffusivities of the ring's noise: pair resampling, and exchange of neighbouring momenta. */
export interface RingNoise {
  /** `nu0`. */
  readonly resampling: number;
  /** `nu1`. */
  readonly exchange: number;
}

/** Dissipative matrix at rest, `M0(r, u)`; its entries `rp` and `pe` are 0. */
export interface RestMobility {
  readonly rr: number;
  readonly re: number;
  readonly ee: number;
  readonly pp: number;
}

/**
 * Exactly `M0 = nu0 C + nu1 diag(0, T, T^2/2)`, C the covariances of stretch, momentum and energy in
 * equilibrium: both noises are of gradient type.
 */
export function ringMobility(
  { temperature, ...state }: RingEquilibrium,
  { resampling, exchange }: RingNoise,
): RestMobility {
  const momentum = resampling + exchange;
  return {
    rr: resampling * state.stretchVariance,
    re: resampling * state.stretchPotential,
    ee: resampling * state.potentialVariance + momentum * temperature * temperature / 2,
    pp: momentum * temperature,
  };
}
