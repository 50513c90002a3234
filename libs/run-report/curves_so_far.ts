import type { RingEstimate } from "@spiediff/fdt-operators";
import type { LearnedFunction, Quantity } from "@spiediff/report";
import { bandOf } from "./compare_law.ts";
import { isCovered } from "./density_grid.ts";
import { exactCurves, type ExactLaws, referenceLabel } from "./exact_curves.ts";
import { gaugeOnto, integral } from "./gauge.ts";
import { k1Function, learnedFunction } from "./report_curves.ts";

/** Members of a training under way, each `[grid]`. */
export interface MembersSoFar {
  readonly K1: readonly Float64Array[];
  /** f'; absent until its training has begun. */
  readonly drivingForce?: readonly Float64Array[];
}

/** The learned functions of a training under way. */
export interface CurvesSoFar {
  readonly k1: LearnedFunction;
  readonly drivingForce?: LearnedFunction;
  readonly freeEnergyDensity?: LearnedFunction;
}

/** What a training has reached, as a report draws it; f is the integral of each member's f'. */
export function curvesSoFar(
  elements: number,
  estimates: readonly RingEstimate[],
  density: number[],
  covered: readonly [number, number],
  soFar: MembersSoFar,
  laws: ExactLaws | null,
  quantity?: Quantity,
): CurvesSoFar {
  const exact = laws && exactCurves(laws, density, elements);
  const curves = {
    ...{ density, covered, K1Limit: exact?.K1Limit ?? null },
    ...{ reference: { label: laws && referenceLabel(laws.reference) }, quantity },
  };
  const k1 = k1Function(curves, bandOf(soFar.K1, exact?.K1 ?? null), estimates);
  if (!soFar.drivingForce) return { k1 };
  const f = soFar.drivingForce.map((force) => integral(density, force));
  const members = gaugeOnto(
    density,
    { freeEnergy: f, drivingForce: soFar.drivingForce },
    exact?.freeEnergy ?? f[0],
    (i) => isCovered(covered)(density[i]),
  );
  const drawn = (rows: readonly Float64Array[], reference: number[] | null) =>
    learnedFunction(curves, bandOf(rows, reference));
  return {
    k1,
    drivingForce: drawn(members.drivingForce, exact?.drivingForce ?? null),
    freeEnergyDensity: drawn(members.freeEnergy, exact?.freeEnergy ?? null),
  };
}
