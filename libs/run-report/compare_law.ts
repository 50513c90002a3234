import { type CurveBand, curveBandOver, type GradientEnergy } from "@spiediff/law";
import type { ReferenceRecord } from "@spiediff/report";
import type { ComparedCurve } from "./compared_curve.ts";
import { isCovered, LEVEL } from "./density_grid.ts";
import { exactCurves, type ExactLaws } from "./exact_curves.ts";
import { gaugeOnto } from "./gauge.ts";
import { type LawErrors, lawErrors } from "./law_errors.ts";
import { referenceRecord } from "./reference_record.ts";

/** Everything learned about the law, on one density grid. */
export interface ComparedLaw {
  readonly density: number[];
  /** Densities that training covered; errors are measured there and nowhere else. */
  readonly covered: readonly [number, number];
  readonly K1: ComparedCurve;
  /** What the curves' `reference` is, and how they meet it. */
  readonly reference: ReferenceRecord;
  /** Of the L -> infinity formula; null as `reference`. */
  readonly K1Limit: number[] | null;
  readonly mobility: ComparedCurve;
  /** `D = m f''`. */
  readonly diffusivity: ComparedCurve;
  /** f''. */
  readonly curvature: ComparedCurve;
  readonly drivingForce: ComparedCurve;
  readonly freeEnergy: ComparedCurve;
  readonly errors: LawErrors | null;
  /** What measured points have besides; none when absent. */
  readonly gradientEnergy?: GradientEnergy;
  /** Uniform field that drove the particles; none when absent. */
  readonly externalField?: number;
}

/** What a model has learned, over a density grid. */
export interface LearnedCurves {
  readonly K1: CurveBand;
  readonly mobility: CurveBand;
  readonly diffusivity: CurveBand;
  readonly curvature: CurveBand;
  /** Its mean is what members are moved onto where nothing is known. */
  readonly freeEnergy: { readonly mean: ArrayLike<number> };
  /** Of all members, `[members * densities]`, in any gauge. */
  readonly members: Readonly<Record<"freeEnergy" | "drivingForce", Float64Array>>;
}

/**
 * Holds a learned law against the exact one, where there is one.
 *
 * Each member's f is moved by its own `a + b rho` onto the exact f (and its f' by `b`), or else onto
 * the members' mean, so that bands show what is left when the gauge is taken out.
 *
 * @param density The grid of the learned curves, rising.
 * @param covered Least and greatest density in the training data.
 * @param elements Elements of the ring whose K1 is compared.
 */
export function compareLaw(
  density: number[],
  covered: readonly [number, number],
  learned: LearnedCurves,
  laws: ExactLaws | null,
  elements: number,
): ComparedLaw {
  const known = laws && exactCurves(laws, density, elements);
  const rows = (all: Float64Array) =>
    Array.from(
      { length: all.length / density.length },
      (_, m) => all.subarray(m * density.length, (m + 1) * density.length),
    );
  const { freeEnergy, drivingForce } = gaugeOnto(
    density,
    {
      freeEnergy: rows(learned.members.freeEnergy),
      drivingForce: rows(learned.members.drivingForce),
    },
    known?.freeEnergy ?? learned.freeEnergy.mean,
    (i) => isCovered(covered)(density[i]),
  );
  const curves = {
    K1: comparedCurve(learned.K1, known?.K1 ?? null),
    mobility: comparedCurve(learned.mobility, known?.mobility ?? null),
    diffusivity: comparedCurve(learned.diffusivity, known?.diffusivity ?? null),
    curvature: comparedCurve(learned.curvature, known?.curvature ?? null),
    drivingForce: bandOf(drivingForce, known?.drivingForce ?? null),
    freeEnergy: bandOf(freeEnergy, known?.freeEnergy ?? null),
  };
  const indices = density.map((_, i) => i).filter((i) => isCovered(covered)(density[i]));
  const K1Limit = known?.K1Limit ?? null;
  return {
    ...{ density, covered, ...curves, K1Limit },
    reference: referenceRecord(laws, density, indices, { ...curves, K1Limit }),
    errors: known && lawErrors(indices, density, curves, known),
  };
}

/** Mean and bands of members, each `[grid]`. */
export function bandOf(
  members: readonly Float64Array[],
  reference: number[] | null,
): ComparedCurve {
  const n = members[0].length;
  const values = new Float64Array(members.length * n);
  members.forEach((member, m) => values.set(member, m * n));
  return comparedCurve(curveBandOver(values, n, LEVEL), reference);
}

function comparedCurve(band: CurveBand, reference: number[] | null): ComparedCurve {
  const { level, mean, lower, upper, wholeCurve } = band;
  return {
    reference,
    level,
    mean: [...mean],
    lower: [...lower],
    upper: [...upper],
    wholeCurve: { lower: [...wholeCurve.lower], upper: [...wholeCurve.upper] },
  };
}
