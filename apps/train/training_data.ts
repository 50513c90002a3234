import type { OperatorData } from "@spiediff/diffusion-train";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { exclusionDensity } from "@spiediff/law";

/**
 * What training needs of each profile's estimate: the mobility's means over elements, `m = -Delta K1` on a
 * ring of M elements of length `Delta = 1/M`, in place of the operator's entries, with their errors.
 */
export function trainingData(estimates: readonly OperatorEstimate[]): OperatorData[] {
  return estimates.map((estimate) => {
    const M = estimate.K1.length;
    const { profileName, density, elementDensity, realizations, nodalDensityRule } = estimate;
    const { flux, fluxStandardError, fluxCovariance } = estimate;
    const { circulationVariance, samplingCovariance } = estimate;
    return {
      ...{ profileName, density, elementDensity, realizations, nodalDensityRule },
      field: exclusionDensity,
      mobility: estimate.K1.map((entry) => -entry / M),
      mobilityStandardError: estimate.K1StandardError.map((error) => error / M),
      ...{ flux, fluxStandardError, fluxCovariance, circulationVariance, samplingCovariance },
    };
  });
}
