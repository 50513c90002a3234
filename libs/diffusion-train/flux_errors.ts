/** What of a profile's mean fluxes no law `J_e = -(m_e/Delta) (f'_{e+1} - f'_e)` can explain. */
import { nodalDensity } from "@spiediff/mesh";
import { bandWidth, covarianceOfBand } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";
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
): Matrix {
  const M = d.flux.length;
  const { samplingCovariance, realizations } = d;
  if (samplingCovariance === undefined || realizations === undefined) return statedCovariance(d);
  const square = (band: readonly number[]) => covarianceMatrix(band, M);
  const flux = square(samplingCovariance.flux).add(d.circulationVariance ?? 0);
  const cross = square(samplingCovariance.cross);
  const field = square(samplingCovariance.field);
  const jacobian = fluxJacobian(d, operatorEntries(elementMobility), law);
  const mixed = jacobian.mmul(cross);
  const seen = flux.sub(mixed).sub(mixed.transpose())
    .add(jacobian.mmul(field).mmul(jacobian.transpose()));
  // The inverse of a sample covariance is too large on average by this factor (Wishart).
  const dimension = bandWidth(M);
  return seen.mul((realizations - 1) / Math.max(realizations - dimension - 2, realizations / 2));
}

function covarianceMatrix(band: readonly number[], M: number): Matrix {
  return Matrix.from1DArray(M, M, covarianceOfBand(band, M));
}

/** As the estimate states it. */
export function statedCovariance(d: OperatorData): Matrix {
  const M = d.flux.length;
  return d.fluxCovariance
    ? covarianceMatrix(d.fluxCovariance, M).add(d.circulationVariance ?? 0)
    : Matrix.diag(d.fluxStandardError.map((se) => se * se));
}

/** `dJ_e/dz_i` `[M, M]` of `J_e = K_{e,e+1} (f'_{e+1} - f'_e)`, through the nodal densities' rules. */
function fluxJacobian(
  d: OperatorData,
  entries: Float64Array,
  { force, mobility }: SmoothLaw,
): Matrix {
  const M = entries.length;
  const argument = d.elementDensity ?? d.density;
  const jacobian = Matrix.zeros(M, M);
  for (let i = 0; i < M; i++) {
    const unit = new Float64Array(M);
    unit[i] = 1;
    const density = nodalDensity(unit, d.nodalDensityRule ?? "fourth-order");
    const mean = nodalDensity(unit, "consistent");
    for (let e = 0; e < M; e++) {
      const next = (e + 1) % M;
      const a = d.density[e], b = d.density[next];
      const slope = -M * mobility.slope((argument[e] + argument[next]) / 2) / 2 *
        (mean[e] + mean[next]);
      jacobian.set(
        e,
        i,
        entries[e] * (force.slope(b) * density[next] - force.slope(a) * density[e]) +
          slope * (force.value(b) - force.value(a)),
      );
    }
  }
  return jacobian;
}
