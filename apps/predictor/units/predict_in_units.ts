/** Predictions in the units of the files that a model's particles came from. */
import { type FieldData, fieldOf, rateError, type UnitSystem } from "@spiediff/law";
import { checkTimes } from "@spiediff/macro-solver";
import { modelField } from "@spiediff/model-artifact/portable";
import { initialDensity } from "../initial_density.ts";
import { predict } from "../predict.ts";
import type { Model, Prediction, PredictOptions, ProfileInput } from "../types.ts";
import { warningsOf } from "../warnings.ts";
import { predictionInUnits } from "./prediction_in_units.ts";

/**
 * `predict` of a profile and times in given units, in which its answer is too.
 *
 * @param profile A function of the position, or nodal densities.
 * @throws as `predict`, in these units.
 */
export async function predictInUnits(
  model: Model,
  profile: ProfileInput,
  times: readonly number[],
  options: PredictOptions,
  units: UnitSystem,
): Promise<Prediction> {
  if (units.isLaw) return await predict(model, profile, times, options);
  checkTimes(times, 0);
  const { manifest } = model;
  const { elements = manifest.system.elements } = options;
  checkProfile(profile, elements, modelField(manifest), units);
  const own = profileOfLaw(profile, units);
  const { externalField: field } = options;
  const prediction = predictionInUnits(
    await predict(model, own, times.map((t) => t / units.time), {
      ...options,
      rateError: rateError(units, units),
      // Energy over length.
      ...(field === undefined ? {} : { externalField: field * units.length }),
    }),
    units,
  );
  return { ...prediction, times: [...times], warnings: warningsOf(prediction, options, manifest) };
}

/** @throws {RangeError} in the units of the profile where it is not allowed. */
export function checkProfile(
  profile: ProfileInput,
  elements: number,
  field: FieldData,
  units: UnitSystem,
): void {
  const of = typeof profile === "function" ? alongRing(profile, units) : profile;
  const place = (x: number) => units.origin + x * units.length;
  initialDensity(of, elements, fieldOf(fieldInUnits(field, units)), place);
}

/** What is conserved, its domain in other units. */
export const fieldInUnits = (field: FieldData, { density, isLaw, names }: UnitSystem): FieldData =>
  isLaw ? field : {
    ...field,
    unit: names.density,
    low: field.low * density,
    high: field.high === null ? null : field.high * density,
  };

/** The same profile as the law has it: over [0, 1), in its density. */
export function profileOfLaw(profile: ProfileInput, units: UnitSystem): ProfileInput {
  if (units.isLaw) return profile;
  if (typeof profile !== "function") {
    return Float64Array.from(profile, (rho) => rho / units.density);
  }
  const along = alongRing(profile, units);
  return (x) => along(x) / units.density;
}

const alongRing =
  (profile: (x: number) => number, { origin, length }: UnitSystem) => (x: number): number =>
    profile(origin + x * length);
