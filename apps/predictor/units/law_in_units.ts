import {
  lawFactor,
  type LawFunction,
  scaledCurveBand,
  type UnitSystem,
  widenedCurveBand,
} from "@spiediff/law";
import { modelUnits } from "@spiediff/model-artifact/portable";
import { type LearnedLaw, learnedLaw } from "../learned_law.ts";
import type { EnsembleOptions, Model } from "../types.ts";

/** `learnedLaw` over densities in given units, in which its answer is too. @throws as it does. */
export async function learnedLawInUnits(
  model: Model,
  densities: ArrayLike<number>,
  options: EnsembleOptions,
  units: UnitSystem,
): Promise<LearnedLaw> {
  const own = modelUnits(model.manifest);
  if (units.isLaw) return withInputErrors(await learnedLaw(model, densities, options), own, true);
  const scaled = Float64Array.from(densities, (rho) => rho / units.density);
  const law = lawInUnits(await learnedLaw(model, scaled, options), units);
  return { ...withInputErrors(law, own, false), density: Float64Array.from(densities) };
}

/** Relative errors of each function by those of declared inputs. */
function inputErrorsOf({ errors }: UnitSystem, isLaw: boolean): Record<LawFunction, number> {
  const { energy, rates, time: unit } = errors!;
  const time = isLaw ? unit : 0;
  const mobility = Math.hypot(energy, rates, time);
  return {
    ...{ mobility, K1: mobility, diffusivity: Math.hypot(rates, time) },
    ...{ curvature: energy, drivingForce: energy, freeEnergy: energy },
  };
}

/** Bands wider by the errors of declared inputs, either side to the root of the sum of squares. */
function withInputErrors(law: LearnedLaw, own: UnitSystem, isLaw: boolean): LearnedLaw {
  if (!own.errors) return law;
  const errors = inputErrorsOf(own, isLaw);
  const bands = FUNCTIONS.map((key) => {
    const further = law[key].mean.map((v) => Math.abs(v) * errors[key]);
    return [key, widenedCurveBand(law[key], further)] as const;
  });
  return { ...law, ...Object.fromEntries(bands) as Pick<LearnedLaw, LawFunction> };
}

const FUNCTIONS = [
  ...["mobility", "K1", "diffusivity", "curvature", "drivingForce", "freeEnergy"] as const,
] satisfies LawFunction[];

/** A learned law in other units. */
export function lawInUnits(law: LearnedLaw, units: UnitSystem): LearnedLaw {
  if (units.isLaw) return law;
  const each = <T>(of: (key: LawFunction, factor: number) => T) =>
    Object.fromEntries(
      FUNCTIONS.map((key) => [key, of(key, lawFactor(units, key))]),
    ) as Record<LawFunction, T>;
  const { members } = law;
  return {
    ...law,
    ...each((key, factor) => scaledCurveBand(law[key], factor)),
    density: law.density.map((rho) => rho * units.density),
    gauge: { referenceDensity: law.gauge.referenceDensity * units.density },
    ...(members && {
      members: each((key, factor) => members[key].map((v) => v * factor)),
    }),
  };
}
