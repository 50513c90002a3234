/** What a run's reference is worth: its own error in the measures of the run's, and how the bands meet it. */
import { curvatureOf } from "@spiediff/exact-reference";
import type { BandAgreement, ReferenceRecord } from "@spiediff/report";
import { withoutLine } from "./gauge.ts";
import { type ComparedCurve, type ComparedCurves, relativeError } from "./compared_curve.ts";
import { type ExactLaws, referenceLabel } from "./exact_curves.ts";

/** No reference: foreign particles, of which only snapshots are known. */
const NONE: ReferenceRecord = {
  ...{ kind: "none", label: null, name: null, source: null, error: null, limit: null },
  agreement: null,
};

/** Normal quantile of a two-sided band of 95 %. */
const QUANTILE = 1.96;

/**
 * The record of `metrics.json`.
 *
 * @param indices Of the densities that training covered.
 */
export function referenceRecord(
  laws: ExactLaws | null,
  density: readonly number[],
  indices: readonly number[],
  law: ComparedCurves & { readonly K1Limit: readonly number[] | null },
): ReferenceRecord {
  if (laws === null) return NONE;
  const { reference } = laws;
  const rho = indices.map((i) => density[i]);
  const pick = (values: readonly number[] | null) => indices.map((i) => values![i]);
  const of = (curve: ComparedCurve) => pick(curve.reference);
  const known = {
    kind: reference.kind,
    label: referenceLabel(reference),
    name: reference.name,
    source: reference.source,
    limit: law.K1Limit && relativeError(pick(law.K1Limit), of(law.K1)),
  };
  if (reference.error === null) return { ...known, error: null, agreement: null };
  const { error } = reference;
  const mobility = rho.map((r) => error.mobility(r) * reference.mobility(r));
  const curvature = rho.map((r) => error.curvature(r));
  const diffusivity = rho.map((r, i) =>
    mobility[i] * curvatureOf(reference, r) + reference.mobility(r) * curvature[i]
  );
  const freeEnergy = withoutLine(rho, twiceIntegrated(rho, curvature));
  const share = (errors: ArrayLike<number>, values: ArrayLike<number>) =>
    norm(errors) / norm(values);
  return {
    ...known,
    error: {
      k1: share(mobility, of(law.mobility)),
      freeEnergyAffineGauge: share(freeEnergy, of(law.freeEnergy)),
      freeEnergyGaugeFree: share(freeEnergy, withoutLine(rho, of(law.freeEnergy))),
      diffusivity: share(diffusivity, of(law.diffusivity)),
    },
    agreement: {
      mobility: agreement(law.mobility, indices, mobility),
      curvature: agreement(law.curvature, indices, curvature),
      diffusivity: agreement(law.diffusivity, indices, diffusivity),
    },
  };
}

/** How a band meets a reference of known error, at the chosen points. */
function agreement(
  { reference, mean, lower, upper, wholeCurve }: ComparedCurve,
  indices: readonly number[],
  error: readonly number[],
): BandAgreement {
  let inside = 0, outside = 0, square = 0, errorOverBand = 0;
  indices.forEach((i, k) => {
    const truth = reference![i], half = (upper[i] - lower[i]) / 2;
    if (truth >= lower[i] && truth <= upper[i]) inside++;
    // Where the reference is not exact, what it may be off by is no fault of the band.
    if (truth + error[k] < wholeCurve.lower[i] || truth - error[k] > wholeCurve.upper[i]) outside++;
    square += (mean[i] - truth) ** 2 / ((half / QUANTILE) ** 2 + error[k] ** 2);
    errorOverBand = Math.max(errorOverBand, error[k] / half);
  });
  const n = indices.length;
  return { inside: inside / n, outside, errorOverBand, deviation: Math.sqrt(square / n) };
}

/** The double integral of values on a grid by the trapezoidal rule, from its first point. */
function twiceIntegrated(x: readonly number[], y: readonly number[]): number[] {
  let slope = 0, value = 0;
  return x.map((at, i) => {
    if (i === 0) return 0;
    const h = at - x[i - 1], before = slope;
    slope += h * (y[i] + y[i - 1]) / 2;
    value += h * (slope + before) / 2;
    return value;
  });
}

function norm(values: ArrayLike<number>): number {
  return Math.hypot(...Array.from(values));
}
