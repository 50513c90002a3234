/** What a run leaves for its report. */
import type { Prediction } from "@spiediff/predictor";
import type { PredictedField, RunResult as Reported } from "@spiediff/run-report";
import type { TrainedRun } from "@spiediff/train";
import type { Baseline } from "./baseline.ts";
import type { GroundTruth } from "./ground_truth.ts";

/** What a report is made of, with what the stages know besides. */
export interface RunResult<Predicted = Prediction | PredictedField> extends Reported<Predicted> {
  readonly run: TrainedRun;
  /** The prediction as files of the run folder, by name. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly baseline?: Baseline;
  readonly truth?: GroundTruth;
}

/** A prediction of an experiment's profile or field by its model, as its mesh has it. */
export type PredictedProfile = Pick<RunResult, "prediction" | "course" | "exact" | "files">;
