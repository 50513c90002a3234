import type { OperatorData } from "@spiediff/diffusion-train";
import { conservedField, type Experiment } from "@spiediff/experiment";
import { localPart, type OperatorEstimate } from "@spiediff/fdt-operators";
import { fieldOf } from "@spiediff/law";
import { expectedLawError, gradientEnergy } from "./gradient_energy.ts";

/**
 * What training needs of each profile's estimate: the mobility's means over elements, `m = -Delta K1` on a
 * ring of M elements of length `Delta = 1/M`, in place of the operator's entries, with their errors.
 *
 * @param experiment Its kernel says what is beyond a local law: taken out of both, since what is learned is local.
 */
export function trainingData(
  estimates: readonly OperatorEstimate[],
  experiment: Pick<Experiment, "particles" | "elements">,
): OperatorData[] {
  const gradient = gradientEnergy(experiment), field = fieldOf(conservedField(experiment));
  return estimates.map((measured) => {
    const estimate = gradient ? localPart(measured, gradient) : measured;
    const M = estimate.K1.length;
    const { profileName, density, elementDensity, realizations, nodalDensityRule } = estimate;
    const { flux, fluxStandardError, fluxCovariance } = estimate;
    const { circulationVariance, samplingCovariance } = estimate;
    return {
      ...{ profileName, density, elementDensity, realizations, nodalDensityRule },
      field,
      mobility: estimate.K1.map((entry) => -entry / M),
      mobilityStandardError: estimate.K1StandardError.map((error) => error / M),
      ...{ flux, fluxStandardError, fluxCovariance, circulationVariance, samplingCovariance },
      expectedLawError: expectedLawError(experiment),
    };
  });
}
