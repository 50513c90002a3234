import type { OperatorData } from "@spiediff/diffusion-train";
import type { Experiment } from "@spiediff/experiment";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { exclusionDensity, type GradientEnergy } from "@spiediff/law";
import { gradientEnergy } from "./gradient_energy.ts";

/**
 * What training needs of each profile's estimate: the mobility's means over elements, `m = -Delta K1` on a
 * ring of M elements of length `Delta = 1/M`, in place of the operator's entries, with their errors.
 *
 * @param experiment Its kernel says what is beyond a local law: taken out of both, since what is learned is local.
 */
export function trainingData(
  estimates: readonly OperatorEstimate[],
  experiment: Pick<Experiment, "particles">,
): OperatorData[] {
  const gradient = gradientEnergy(experiment);
  return estimates.map((estimate) => {
    const M = estimate.K1.length;
    const { profileName, density, elementDensity, realizations, nodalDensityRule } = estimate;
    const { fluxStandardError, fluxCovariance } = estimate;
    const { circulationVariance, samplingCovariance } = estimate;
    const measured = { mobility: estimate.K1.map((entry) => -entry / M), flux: estimate.flux };
    return {
      ...{ profileName, density, elementDensity, realizations, nodalDensityRule },
      field: exclusionDensity,
      ...(gradient ? localPart(measured, density, gradient) : measured),
      mobilityStandardError: estimate.K1StandardError.map((error) => error / M),
      ...{ fluxStandardError, fluxCovariance, circulationVariance, samplingCovariance },
    };
  });
}

/**
 * Mobilities and fluxes as a local law would have them: `J = -m exp(-b rho'') d(f' - kappa rho'')`, with the
 * differences that the solver takes. Errors stay as they are: the factor differs from 1 by far less than they
 * are known to.
 */
function localPart(
  { mobility, flux }: { readonly mobility: readonly number[]; readonly flux: readonly number[] },
  density: readonly number[],
  { kappa, mobilityExponent }: Omit<GradientEnergy, "kind">,
): { mobility: number[]; flux: number[] } {
  const M = density.length;
  const bend = density.map((rho, i) =>
    M * M * (density[(i + M - 1) % M] - 2 * rho + density[(i + 1) % M])
  );
  const factor = bend.map((own, e) => Math.exp(mobilityExponent * (own + bend[(e + 1) % M]) / 2));
  const local = mobility.map((m, e) => m * factor[e]);
  return {
    mobility: local,
    flux: flux.map((J, e) => J * factor[e] - M * local[e] * kappa * (bend[(e + 1) % M] - bend[e])),
  };
}
