/** Estimates as the surrogate of libs/design takes them. */
import type { MeasuredProfile } from "@spiediff/design";
import { wavesOf } from "@spiediff/design";
import { fitRows } from "@spiediff/diffusion-train";
import type { Experiment, Profile } from "@spiediff/experiment";
import type { RingEstimate } from "@spiediff/fdt-operators";
import { trainingData } from "../training_data.ts";

/** What a profile is but for its name: measurements of one shape are of the same law's error. */
export const shapeOf = ({ mean, modes }: Profile): string => JSON.stringify({ mean, modes });

/** @param estimates Of the experiment's profiles, in their order. */
export function measuredProfiles(
  experiment: Experiment,
  estimates: readonly RingEstimate[],
): MeasuredProfile[] {
  const data = trainingData(estimates, experiment);
  const mobility = data.map((one) => Float64Array.from(one.mobility));
  const rows = fitRows(data, mobility);
  return data.map((one, p) => {
    const profile = experiment.profiles[p];
    return {
      name: one.profileName,
      shape: shapeOf(profile),
      realizations: estimates[p].realizations,
      density: one.density,
      elementDensity: one.elementDensity ?? one.density,
      flux: one.flux,
      fluxCovariance: rows[p].covariance.toMatrix(),
      mobility: one.mobility,
      mobilityStandardError: one.mobilityStandardError,
      waves: wavesOf(profile),
    };
  });
}
