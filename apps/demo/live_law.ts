import { existsSync } from "node:fs";
import { join } from "node:path";
import { conservedField, type Experiment } from "@spiediff/experiment";
import type { RingEstimate } from "@spiediff/fdt-operators";
import { fieldOf } from "@spiediff/law";
import { loadModel } from "@spiediff/predictor";
import type { TrainingCurve } from "@spiediff/report";
import {
  type CurvesSoFar,
  curvesSoFar,
  densityGrid,
  learnedFunctions,
  trainingCurves,
} from "@spiediff/run-report";
import { densityRange, learnedSoFar, readTrainingRecord, RUN_FILES } from "@spiediff/train";
import { evaluateLaw } from "./learned_law.ts";
import { exactLaws } from "./reference.ts";

/** What a run has learned up to now, ready to be drawn. */
export interface LiveLaw extends CurvesSoFar {
  /** A finished model, epinets included, or the checkpoints of a training under way. */
  readonly source: "model" | "checkpoints";
  readonly training: TrainingCurve[];
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
  estimates: readonly RingEstimate[],
): Promise<LiveLaw | null> {
  const laws = exactLaws(experiment), field = conservedField(experiment);
  const modelFolder = join(folder, RUN_FILES.model);
  const record = await readTrainingRecord(folder, experiment, estimates);
  if (record && existsSync(modelFolder)) {
    const model = await loadModel(modelFolder, { threads: 1 });
    try {
      const law = await evaluateLaw(model, laws, MEMBERS, experiment.seed);
      return {
        source: "model",
        training: trainingCurves(record.curves),
        ...learnedFunctions(law, estimates, field),
      };
    } finally {
      await model.close();
    }
  }
  const covered = densityRange(estimates);
  const density = densityGrid(covered, fieldOf(field));
  const soFar = await learnedSoFar(folder, experiment, estimates, density);
  if (!soFar) return null;
  return {
    source: "checkpoints",
    training: trainingCurves(soFar.curves),
    ...curvesSoFar(experiment.elements, estimates, density, covered, soFar, laws, field),
  };
}
