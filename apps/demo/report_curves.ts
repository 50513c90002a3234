import type { CurvePoint } from "@spiediff/diffusion-train";
import type { Experiment } from "@spiediff/experiment";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import type { LearnedFunction, TrainingCurve } from "@spiediff/report";
import { type ComparedCurve, type ComparedLaw, operatorPoints } from "./learned_functions.ts";

type Curves = Pick<ComparedLaw, "density" | "covered" | "K1Limit">;

/** The learned functions as the report draws them: bands, exact answers, estimates. */
export function learnedFunctions(
  experiment: Experiment,
  law: ComparedLaw,
  estimates: readonly OperatorEstimate[],
): Record<"k1" | "drivingForce" | "freeEnergyDensity", LearnedFunction> {
  return {
    k1: k1Function(experiment, law, law.K1, estimates),
    drivingForce: learnedFunction(experiment, law, law.drivingForce),
    freeEnergyDensity: learnedFunction(experiment, law, law.freeEnergy),
  };
}

/** K1 with the estimates that it was learned from as points. */
export function k1Function(
  experiment: Experiment,
  curves: Curves,
  K1: ComparedCurve,
  estimates: readonly OperatorEstimate[],
): LearnedFunction {
  return {
    ...learnedFunction(experiment, curves, K1, curves.K1Limit),
    points: { label: "estimates from particles", ...operatorPoints(estimates) },
  };
}

/** One learned function with its exact answer, where there is one. */
export function learnedFunction(
  { particles }: Experiment,
  { density, covered }: Pick<Curves, "density" | "covered">,
  { reference, level, mean, lower, upper, wholeCurve }: ComparedCurve,
  limit: number[] | null = null,
): LearnedFunction {
  // Exact for the nearest-neighbour system; for longer ranges sites are taken as independent.
  const label = particles.halfWidth === 1
    ? "exact (L = 1)"
    : `product measure (L = ${particles.halfWidth})`;
  return {
    density,
    learned: { level, mean, lower, upper, wholeCurve },
    references: [
      ...(reference ? [{ label, values: reference, style: "solid" as const }] : []),
      ...(limit ? [{ label: "L → ∞ formula", values: limit, style: "dashed" as const }] : []),
    ],
    covered: [...covered],
  };
}

/** Training curves by stage; a stage that is solved at once has none. */
export function trainingCurves(
  curves: Readonly<Record<string, readonly CurvePoint[]>>,
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
