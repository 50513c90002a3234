/** The one constant per profile that snapshots leave open in the element currents. */
import type { OperatorEstimate } from "./types.ts";

/** Standard deviation given to the open constant, in units of the fluxes' root mean square. */
const OPEN = 100;

/**
 * Fluxes for an estimate from snapshots alone, where `z` tells currents up to one constant around
 * the ring: the constant is set so that the driving force closes, `sum_e J_e / K1_e = 0`, as it must
 * where `J_e = K1_e (f'_{e+1} - f'_e)`, and is given a standard deviation so large that nothing
 * learned from the fluxes depends on it.
 *
 * @throws {RangeError} naming the element whose `K1` is zero.
 */
export function closeCirculation(estimate: OperatorEstimate): OperatorEstimate {
  const { K1, flux, fluxCovariance } = estimate;
  const zero = K1.indexOf(0);
  if (zero >= 0) {
    throw new RangeError(`K1 of element ${zero} must not be 0: no flux is determined there.`);
  }
  const resistance = K1.reduce((sum, entry) => sum + 1 / entry, 0);
  const constant = -flux.reduce((sum, J, e) => sum + J / K1[e], 0) / resistance;
  const closed = flux.map((J) => J + constant);
  const square = closed.reduce((sum, J) => sum + J * J, 0) / closed.length;
  const noise = fluxCovariance.reduce((largest, v) => Math.max(largest, v), 0);
  return {
    ...estimate,
    flux: closed,
    circulationVariance: OPEN ** 2 * Math.max(square, noise),
    warnings: [
      ...estimate.warnings,
      "Snapshots tell fluxes up to one constant around the ring; it is set so that the driving force " +
      "closes, and the fluxes' covariance leaves it open.",
    ],
  };
}
