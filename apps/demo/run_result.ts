/** What a run leaves for its report. */
import type { Prediction } from "@spiediff/predictor";
import type { RunResult as Reported } from "@spiediff/run-report";
import type { TrainedRun } from "@spiediff/train";
import type { Baseline } from "./baseline.ts";
import type { GroundTruth } from "./ground_truth.ts";

/** What a report is made of, with what the stages know besides. */
export interface RunResult extends Reported {
  readonly run: TrainedRun;
  readonly prediction: Prediction;
  readonly baseline?: Baseline;
  readonly truth?: GroundTruth;
}
