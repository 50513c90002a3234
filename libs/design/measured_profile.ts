/** What short simulations said of one profile, as the surrogate takes it. */
import type { Profile } from "@spiediff/user-text";
import { Matrix } from "ml-matrix";

/** Estimates of one profile; arrays `[M]`, entry e of flux and mobility of the element from node e to e + 1. */
export interface MeasuredProfile {
  readonly name: string;
  /** Measurements of one shape share what is wrong with the law there. */
  readonly shape: string;
  readonly realizations: number;
  /** Point values at the nodes. */
  readonly density: ArrayLike<number>;
  /** Consistent nodal densities. */
  readonly elementDensity: ArrayLike<number>;
  readonly flux: ArrayLike<number>;
  /** `[M, M]`, of the errors of the mean fluxes at measured densities (docs/theory.md section 6.3). */
  readonly fluxCovariance: Matrix;
  /** Means of m over the elements. */
  readonly mobility: ArrayLike<number>;
  readonly mobilityStandardError: ArrayLike<number>;
  /** Mean square of the profile's wave numbers, in units of the longest wave's; see {@link lawErrorOf}. */
  readonly waves: number;
}

/** Share of a flux that elements of `theta = k Delta` leave out, over `theta^4`: as measured at L = 1, k = 2 and 3. */
const MESH_ERROR = 0.025;

/**
 * Relative error of the law itself for a profile. What a local law leaves out grows as `k^2`, and what the mesh
 * does as `k^4`: with one constant for all waves a design takes short ones, and is biased.
 *
 * @param error At long waves.
 */
export function lawErrorOf(
  { waves, density: { length: M } }: Pick<MeasuredProfile, "waves" | "density">,
  error: number,
): number {
  return Math.hypot(error * Math.max(1, waves), MESH_ERROR * (waves * (2 * Math.PI / M) ** 2) ** 2);
}

/** Mean square of the wave numbers of a profile's gradient; 1 for a single mode of k = 1. */
export function wavesOf(
  { modes = [] }: Partial<Pick<Profile, "modes">>,
): number {
  let square = 0, fourth = 0;
  for (const { k: numbers, amplitude } of modes) {
    const k = Math.hypot(...[numbers].flat());
    square += (k * amplitude) ** 2;
    fourth += k ** 2 * (k * amplitude) ** 2;
  }
  return square > 0 ? fourth / square : 1;
}

/** Measurements of one shape as a single one: means weighted by realizations. */
export function mergeShapes(measured: readonly MeasuredProfile[]): MeasuredProfile[] {
  const shapes = new Map<string, MeasuredProfile[]>();
  for (const profile of measured) {
    shapes.set(profile.shape, [...shapes.get(profile.shape) ?? [], profile]);
  }
  return [...shapes.values()].map((same) => same.length === 1 ? same[0] : merged(same));
}

function merged(same: readonly MeasuredProfile[]): MeasuredProfile {
  const realizations = same.reduce((sum, one) => sum + one.realizations, 0);
  const shares = same.map((one) => one.realizations / realizations);
  const mean = (of: (profile: MeasuredProfile) => ArrayLike<number>) =>
    Float64Array.from(
      { length: same[0].density.length },
      (_, e) => same.reduce((sum, one, p) => sum + shares[p] * of(one)[e], 0),
    );
  const fluxCovariance = Matrix.zeros(same[0].density.length, same[0].density.length);
  same.forEach((one, p) => fluxCovariance.add(Matrix.mul(one.fluxCovariance, shares[p] ** 2)));
  const mobilityStandardError = Float64Array.from(
    same[0].mobility,
    (_, e) => Math.hypot(...same.map((one, p) => shares[p] * one.mobilityStandardError[e])),
  );
  return {
    ...same[0],
    realizations,
    density: mean((one) => one.density),
    elementDensity: mean((one) => one.elementDensity),
    flux: mean((one) => one.flux),
    fluxCovariance,
    mobility: mean((one) => one.mobility),
    mobilityStandardError,
  };
}
