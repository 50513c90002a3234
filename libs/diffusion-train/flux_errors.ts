/** What of a profile's mean fluxes no law `J_e = -(m_e/Delta) (f'_{e+1} - f'_e)` can explain. */
import { nodalDensity, type NodalDensityRule } from "@spiediff/mesh";
import { bandWidth, covarianceOfBand, RingMatrix } from "@spiediff/numerics";
import { operatorEntries } from "./physics_layer.ts";
import { meanBetween, type SmoothCurve } from "./smooth_law.ts";
import type { OperatorData } from "./types.ts";

/** A law through the data, good to first order. */
export interface SmoothLaw {
  /** f', up to a constant. */
  readonly force: SmoothCurve;
  readonly mobility: SmoothCurve;
}

/**
 * The element's flux less its product form, `[M]`: the mean of `m d_x f'` over an element is not the
 * product of the means, but `-M` times the difference of `G`, `G' = m f''`, at its ends. Taken off the
 * data, it leaves fluxes that the product form describes to fourth order in the mesh.
 */
export function meshCorrection(d: OperatorData, { force, mobility }: SmoothLaw): Float64Array {
  const M = d.flux.length;
  const argument = d.elementDensity ?? d.density;
  return Float64Array.from(d.flux, (_, e) => {
    const next = (e + 1) % M;
    const a = d.density[e], b = d.density[next];
    const [slope] = meanBetween((rho) => [mobility.value(rho) * force.slope(rho)], a, b);
    const [mean] = meanBetween((rho) => [mobility.value(rho)], argument[e], argument[next]);
    return -M * ((b - a) * slope - mean * (force.value(b) - force.value(a)));
  });
}

/**
 * What a flux's mean over its window has that the flux of the densities at its beginning has not, `[M]`: these
 * go on meanwhile, and to first order the mean is the flux of the window's middle, `J + (h/2) (dJ/dz) dz/dt`.
 * The change is that of the law: of what was measured it would be as noisy as the fluxes.
 *
 * @param elementMobility `[M]`, means over the elements.
 */
export function windowCorrection(
  d: OperatorData,
  elementMobility: Float64Array,
  law: SmoothLaw,
): Float64Array {
  const M = d.flux.length, { fluxWindow = 0 } = d;
  if (fluxWindow === 0) return new Float64Array(M);
  const entries = operatorEntries(elementMobility);
  const forces = d.density.map(law.force.value), work = (d.externalField ?? 0) / M;
  const flux = entries.map((entry, e) => entry * (forces[(e + 1) % M] - forces[e] - work));
  const change = flux.map((J, i) => (flux[(i + M - 1) % M] - J) * fluxWindow / 2);
  return fluxJacobian(d, entries, law).timesColumn(change);
}

/**
 * Covariance `[M, M]` of the errors of mean fluxes as a law sees them: held against what it says at the
 * densities that were measured, with their sampling errors. To first order that is the covariance of
 * `J - (dJ/dz) z`, and far less than that of `J`: most of a flux's scatter is the flux that the sampled
 * densities ask for (docs/theory.md section 6.3).
 *
 * Without joint covariances in the data, that of `J`.
 *
 * @param elementMobility `[M]`, means over the elements.
 */
export function fluxCovariance(
  d: OperatorData,
  elementMobility: Float64Array,
  law: SmoothLaw,
): RingMatrix {
  const M = d.flux.length;
  const { samplingCovariance, realizations } = d;
  if (samplingCovariance === undefined || realizations === undefined) return statedCovariance(d);
  const flux = covarianceOfBand(samplingCovariance.flux, M).plus(d.circulationVariance ?? 0);
  const cross = covarianceOfBand(samplingCovariance.cross, M);
  const field = covarianceOfBand(samplingCovariance.field, M);
  const jacobian = fluxJacobian(d, operatorEntries(elementMobility), law);
  const mixed = jacobian.times(cross);
  const seen = flux
    .combined(1, mixed, -1)
    .combined(1, mixed.transposed(), -1)
    .combined(1, jacobian.times(field).times(jacobian.transposed()), 1);
  // The inverse of a sample covariance is too large on average by this factor (Wishart).
  const dimension = bandWidth(M);
  return seen.scaled(
    (realizations - 1) / Math.max(realizations - dimension - 2, realizations / 2),
  );
}

/** As the estimate states it. */
export function statedCovariance(d: OperatorData): RingMatrix {
  return d.fluxCovariance
    ? covarianceOfBand(d.fluxCovariance, d.flux.length).plus(d.circulationVariance ?? 0)
    : RingMatrix.diagonal(d.fluxStandardError.map((se) => se * se));
}

/**
 * `dJ_e/dz_i` of `J_e = K_{e,e+1} (f'_{e+1} - f'_e - E Delta)`, E an external field, through the nodal densities' rules, to rounding: what a
 * field does to densities falls by a factor of four to ten from node to node.
 */
function fluxJacobian(
  d: OperatorData,
  entries: Float64Array,
  { force, mobility }: SmoothLaw,
): RingMatrix {
  const M = entries.length;
  const argument = d.elementDensity ?? d.density;
  const density = responseOf(d.nodalDensityRule ?? "fourth-order", M);
  const mean = responseOf("consistent", M);
  const reach = Math.max(reachOf(density), reachOf(mean)) + 1;
  const forces = d.density.map(force.value), slopes = d.density.map(force.slope);
  // Along the ring a field lowers the energy of each node by this against the one before.
  const work = (d.externalField ?? 0) / M;
  const gains = entries.map((_, e) =>
    -M * mobility.slope((argument[e] + argument[(e + 1) % M]) / 2) / 2 *
    (forces[(e + 1) % M] - forces[e] - work)
  );
  return RingMatrix.from(M, reach, (e, i) => {
    const next = (e + 1) % M, left = (e - i + M) % M, right = (next - i + M) % M;
    return entries[e] * (slopes[next] * density[right] - slopes[e] * density[left]) +
      gains[e] * (mean[left] + mean[right]);
  });
}

/** Nodal densities `[M]` of a field that is 1 at node 0. */
function responseOf(rule: NodalDensityRule, M: number): Float64Array {
  const unit = new Float64Array(M);
  unit[0] = 1;
  return nodalDensity(unit, rule);
}

/** How far a response is more than rounding. */
function reachOf(response: Float64Array): number {
  const half = Math.floor(response.length / 2);
  let reach = 0;
  for (let k = 0; k <= half; k++) {
    if (Math.abs(response[k]) > Number.EPSILON / 16 * Math.abs(response[0])) reach = k;
  }
  return reach;
}
