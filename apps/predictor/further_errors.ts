/** What the members of a prediction do not show: runs beside theirs. */
import { finestRing, LAW_UNITS, rateError } from "@spiediff/law";
import type { Sample } from "@spiediff/macro-solver";
import type { Mesh } from "@spiediff/mesh";
import { type Manifest, modelUnits } from "@spiediff/model-artifact/portable";
import type { BuiltLaw } from "./build_law.ts";
import { fieldOfModel } from "./field.ts";
import { LARGEST_COVARIANCE, type LinearAnswers, linearAnswers } from "./fluctuations.ts";
import { comparedMembers, type DiscretisationError, discretisationErrors } from "./mesh_error.ts";
import type { PredictOptions, ProfileInput } from "./types.ts";

/** What is predicted. */
export interface Start {
  readonly mesh: Mesh;
  readonly profile: ProfileInput;
  readonly density: Float64Array;
  readonly times: readonly number[];
}

/** Members whose average law stands for all: the fluctuations hardly differ between them. */
const FLUCTUATION_MEMBERS = 16;

/** What a sample of the members does not show. */
export interface FurtherErrors {
  readonly discretisation: DiscretisationError | null;
  readonly linear: LinearAnswers | null;
}

/**
 * Runs beside the members' that tell, at each time, what mesh, steps, correlations and the law's own error leave.
 *
 * @returns What to call at each sample, in order.
 */
export function furtherErrors(
  manifest: Manifest,
  { table, lawOn }: BuiltLaw,
  { mesh, profile, density, times }: Start,
  options: PredictOptions,
): (sample: Sample) => Promise<FurtherErrors> {
  const { nodes } = mesh, { members, signal } = options;
  const compared = comparedMembers(members);
  // Direct inference would cost as much again; the law's tables are what makes this cheap.
  const discretisation = !table.used ? null : discretisationErrors({
    ...{ lawOn, mesh, profile, density, times, signal },
    members: compared,
    refines: 2 * nodes <= finestOf(manifest),
  });
  const { lawError, gradientEnergy } = manifest;
  const { rateError: ofRates = rateError(LAW_UNITS, modelUnits(manifest)) } = options;
  const system = {
    ...manifest.system,
    ...{ lawError, kappaError: gradientEnergy?.standardError, rateError: ofRates },
  };
  const linear = nodes > LARGEST_COVARIANCE ? null : linearAnswers(
    lawOn(mesh, Math.min(members, FLUCTUATION_MEMBERS)),
    density,
    times,
    system,
    signal,
  );
  return async ({ state }) => ({
    discretisation: discretisation && await discretisation(state.slice(0, compared * nodes)),
    linear: linear && ((await linear.next()).value ?? null),
  });
}

const allOrNull = <T>(values: readonly (T | null)[]): readonly T[] | null =>
  values.every((value) => value !== null) ? values as readonly T[] : null;

/** Over the times; null where one of them has none. */
export function meshErrorOver(found: readonly FurtherErrors[]): Float64Array | null {
  const errors = allOrNull(found.map(({ discretisation }) => discretisation?.largest ?? null));
  return errors && Float64Array.from(errors);
}

/** Standard deviations of a single system over the times; null where one of them has none. */
export const fluctuationOver = (found: readonly FurtherErrors[]): readonly Float64Array[] | null =>
  allOrNull(found.map(({ linear }) => linear?.fluctuation ?? null));

/** Elements up to which a model's gradient energy holds. */
export const finestOf = (manifest: Manifest): number => {
  const { gradientEnergy, system, coverage } = manifest;
  if (!gradientEnergy) return Infinity;
  return finestRing(gradientEnergy, system, fieldOfModel(manifest), coverage.density[1]);
};
