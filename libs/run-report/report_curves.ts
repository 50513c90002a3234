import { localPart, type RingEstimate, withoutField } from "@spiediff/fdt-operators";
import type { LearnedFunction, Quantity, ReferenceRecord, TrainingCurve } from "@spiediff/report";
import type { ComparedLaw } from "./compare_law.ts";
import type { ComparedCurve } from "./compared_curve.ts";
import { curvaturePoints, diffusivityPoints, drivingForcePoints } from "./flux_points.ts";
import { mobilityPoints, operatorPoints } from "./measured_points.ts";
import type { LossPoint } from "./run_result.ts";

type Curves = Pick<ComparedLaw, "density" | "covered" | "K1Limit"> & {
  readonly reference: Pick<ReferenceRecord, "label">;
  /** What is conserved; the density of particles when absent. */
  readonly quantity?: Quantity;
};

type LearnedName =
  | "mobility"
  | "diffusivity"
  | "curvature"
  | "k1"
  | "drivingForce"
  | "freeEnergyDensity";

/** The learned functions as the report draws them: bands, exact answers, estimates. */
export function learnedFunctions(
  law: ComparedLaw,
  measured: readonly RingEstimate[],
  quantity?: Quantity,
): Record<LearnedName, LearnedFunction> {
  const { gradientEnergy, externalField = 0 } = law;
  // The functions are those of the local law, and so are the points beside them.
  const estimates = measured
    .map((estimate) => withoutField(estimate, externalField))
    .map((estimate) => gradientEnergy ? localPart(estimate, gradientEnergy) : estimate);
  const curves = { ...law, quantity };
  return {
    mobility: { ...learnedFunction(curves, law.mobility), points: mobilityPoints(estimates) },
    diffusivity: {
      ...learnedFunction(curves, law.diffusivity),
      points: diffusivityPoints(estimates),
    },
    curvature: { ...learnedFunction(curves, law.curvature), points: curvaturePoints(estimates) },
    k1: k1Function(curves, law.K1, estimates),
    drivingForce: {
      ...learnedFunction(curves, law.drivingForce),
      points: drivingForcePoints(
        estimates,
        (rho) => interpolated(law.density, law.drivingForce.mean, rho),
      ),
    },
    freeEnergyDensity: learnedFunction(curves, law.freeEnergy),
  };
}

/** K1 with the estimates that it was learned from as points. */
export function k1Function(
  curves: Curves,
  K1: ComparedCurve,
  estimates: readonly RingEstimate[],
): LearnedFunction {
  return {
    ...learnedFunction(curves, K1, curves.K1Limit),
    points: operatorPoints(estimates),
  };
}

/** One learned function with its exact answer, where there is one. */
export function learnedFunction(
  { density, covered, reference: { label }, quantity }: Curves,
  { reference, level, mean, lower, upper, wholeCurve }: ComparedCurve,
  limit: number[] | null = null,
): LearnedFunction {
  return {
    quantity,
    density,
    learned: { level, mean, lower, upper, wholeCurve },
    references: [
      ...(reference
        ? [{ label: label ?? "reference", values: reference, style: "solid" as const }]
        : []),
      ...(limit ? [{ label: "L → ∞ formula", values: limit, style: "dashed" as const }] : []),
    ],
    covered: [...covered],
  };
}

/** Training curves by stage; a stage that is solved at once has none. */
export function trainingCurves(
  curves: Readonly<Record<string, readonly LossPoint[]>>,
): TrainingCurve[] {
  return Object.entries(curves).filter(([, curve]) => curve.length > 2).map(([name, curve]) => {
    const kept = curve.flatMap(({ step, heldOut }) => heldOut ? [{ step, heldOut }] : []);
    return {
      name,
      steps: curve.map(({ step }) => step),
      loss: curve.map(({ loss }) => loss),
      ...(kept.length === 0 ? {} : {
        heldOut: {
          steps: kept.map(({ step }) => step),
          loss: kept.map(({ heldOut }) => heldOut),
        },
      }),
    };
  });
}

/** A curve between the points of a uniform grid; that of the nearest outside of it. */
export function interpolated(x: readonly number[], y: readonly number[], at: number): number {
  const share = (at - x[0]) / (x[x.length - 1] - x[0]) * (x.length - 1);
  const left = Math.min(x.length - 2, Math.max(0, Math.floor(share)));
  const part = Math.min(1, Math.max(0, share - left));
  return y[left] * (1 - part) + y[left + 1] * part;
}
