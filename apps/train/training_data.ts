import {
  type LearnedGradientEnergy,
  learnedKappa,
  type OperatorData,
} from "@spiediff/diffusion-train";
import {
  conservedField,
  type Experiment,
  externalFieldOf,
  isSimulated,
} from "@spiediff/experiment";
import { localPart, type RingEstimate } from "@spiediff/fdt-operators";
import { fieldOf, finestRing } from "@spiediff/law";
import { expectedLawError, gradientEnergy } from "./gradient_energy.ts";

type Described = Pick<Experiment, "particles" | "elements">;

/**
 * What training needs of each profile's estimate: the mobility's means over elements, `m = -Delta K1` on a
 * ring of M elements of length `Delta = 1/M`, in place of the operator's entries, with their errors.
 *
 * @param experiment Its kernel says what is beyond a local law, or else the fluxes do: taken out of both, since
 * what is learned is local.
 */
export function trainingData(
  estimates: readonly RingEstimate[],
  experiment: Described,
): OperatorData[] {
  const dataOf = operatorData(experiment);
  const measured = estimates.map(dataOf);
  const taken = gradientEnergy(experiment) ?? learnedGradientEnergy(measured, experiment);
  if (taken === undefined) return measured;
  return estimates.map((estimate) => ({
    ...dataOf(localPart(estimate, taken)),
    gradientEnergy: taken,
  }));
}

function operatorData(experiment: Described): (estimate: RingEstimate) => OperatorData {
  const field = fieldOf(conservedField(experiment));
  const lawError = expectedLawError(experiment);
  const externalField = externalFieldOf(experiment);
  // Between two ends data cover most of the domain; above one alone f' bends ever more towards it.
  const isOpen = field.high === Infinity;
  return (estimate) => {
    const M = estimate.K1.length;
    const { density, elementDensity, realizations, nodalDensityRule } = estimate;
    const { flux, fluxStandardError, fluxCovariance, fluxHorizon } = estimate;
    const { circulationVariance, samplingCovariance } = estimate;
    return {
      ...{ density, elementDensity, realizations, nodalDensityRule },
      profileName: ringName(estimate),
      field,
      mobility: estimate.K1.map((entry) => -entry / M),
      mobilityStandardError: estimate.K1StandardError.map((error) => error / M),
      ...{ flux, fluxStandardError, fluxCovariance, circulationVariance, samplingCovariance },
      ...(fluxHorizon !== undefined && { fluxWindow: fluxHorizon }),
      expectedLawError: lawError,
      ...(externalField !== 0 && { externalField }),
      ...(isOpen && { idealEnergy: 1 / experiment.particles.beta }),
    };
  };
}

/** Of the profile, and of a torus the line of nodes. */
const ringName = ({ profileName, line }: RingEstimate): string =>
  line === undefined ? profileName : `${profileName}, line ${line.number} along axis ${line.axis}`;

/** Standard errors from zero below which there is nothing to see: once in 370 data sets without any. */
const SEEN = 3;

/** Of particles whose kernel is not known; rates that change with it are not assumed of them. */
function learnedGradientEnergy(
  data: readonly OperatorData[],
  experiment: Described,
): LearnedGradientEnergy | undefined {
  if (isSimulated(experiment) || data.some(({ mobility }) => mobility.some((m) => !(m > 0)))) {
    return undefined;
  }
  const { particles, elements } = experiment;
  const { value: kappa, standardError } = learnedKappa(data);
  const found = { kappa, mobilityExponent: 0, standardError };
  const isSeen = Math.abs(kappa) > SEEN * standardError;
  const field = fieldOf(conservedField(experiment));
  const greatest = Math.max(...data.flatMap(({ density }) => [...density]));
  return isSeen && finestRing(found, particles, field, greatest) >= 2 * elements
    ? found
    : undefined;
}
