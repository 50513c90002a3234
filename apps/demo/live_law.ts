import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Experiment } from "@spiediff/experiment";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { loadModel } from "@spiediff/predictor";
import type { LearnedFunction, TrainingCurve } from "@spiediff/report";
import { densityRange, learnedSoFar, readTrainingRecord, RUN_FILES } from "@spiediff/train";
import { moveOnto } from "./gauge.ts";
import { bandOf, compareLaw, densityGrid, exactCurves } from "./learned_functions.ts";
import { exactLaws, referenceLabel } from "./reference.ts";
import { k1Function, learnedFunction, learnedFunctions, trainingCurves } from "./report_curves.ts";

/** What a run has learned up to now, ready to be drawn. */
export interface LiveLaw {
  /** A finished model, epinets included, or the checkpoints of a training under way. */
  readonly source: "model" | "checkpoints";
  readonly training: TrainingCurve[];
  readonly k1: LearnedFunction;
  readonly drivingForce?: LearnedFunction;
  readonly freeEnergyDensity?: LearnedFunction;
}

/** Enough for a band that is looked at. */
const MEMBERS = 100;

/**
 * Reads what a run folder's training has reached; disturbs nothing.
 *
 * @returns null before the first checkpoint.
 */
export async function liveLaw(
  folder: string,
  experiment: Experiment,
  estimates: readonly OperatorEstimate[],
): Promise<LiveLaw | null> {
  const laws = exactLaws(experiment);
  const modelFolder = join(folder, RUN_FILES.model);
  const record = await readTrainingRecord(folder, experiment, estimates);
  if (record && existsSync(modelFolder)) {
    const model = await loadModel(modelFolder, { threads: 1 });
    try {
      const law = await compareLaw(model, laws, MEMBERS, experiment.seed);
      return {
        source: "model",
        training: trainingCurves(record.curves),
        ...learnedFunctions(law, estimates),
      };
    } finally {
      await model.close();
    }
  }
  const covered = densityRange(estimates);
  const density = densityGrid(covered);
  const soFar = await learnedSoFar(folder, experiment, estimates, density);
  if (!soFar) return null;
  const inside = (i: number) => density[i] >= covered[0] && density[i] <= covered[1];
  const exact = laws && exactCurves(laws, density, experiment.elements);
  const curves = {
    ...{ density, covered, K1Limit: exact?.K1Limit ?? null },
    reference: { label: laws && referenceLabel(laws.reference) },
  };
  const k1 = k1Function(curves, bandOf(soFar.K1, exact?.K1 ?? null), estimates);
  const training = trainingCurves(soFar.curves);
  if (!soFar.drivingForce) return { source: "checkpoints", training, k1 };
  const f = soFar.drivingForce.map((force) => integral(density, force));
  const target = exact?.freeEnergy ?? f[0];
  const moved = f.map((member) => moveOnto(density, member, target, inside));
  const force = soFar.drivingForce.map((member, m) => member.map((v) => v + moved[m].line.b));
  return {
    source: "checkpoints",
    training,
    k1,
    drivingForce: learnedFunction(curves, bandOf(force, exact?.drivingForce ?? null)),
    freeEnergyDensity: learnedFunction(
      curves,
      bandOf(moved.map(({ values }) => values), exact?.freeEnergy ?? null),
    ),
  };
}

/** Trapezoidal integral from the first grid point. */
function integral(x: readonly number[], y: Float64Array): Float64Array {
  const sum = new Float64Array(y.length);
  for (let i = 1; i < y.length; i++) {
    sum[i] = sum[i - 1] + (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2;
  }
  return sum;
}
