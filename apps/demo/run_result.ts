/** What a run leaves for its report. */
import type { StageSeconds } from "@spiediff/command-line";
import type { Prediction } from "@spiediff/predictor";
import type { TrainedRun } from "@spiediff/train";
import type { Baseline } from "./baseline.ts";
import type { BandCoverage } from "./band_coverage.ts";
import type { GroundTruth } from "./ground_truth.ts";
import type { ComparedLaw } from "./learned_functions.ts";

/** What a report is made of; a run without a direct simulation or exact answers has fewer of them. */
export interface RunResult {
  readonly run: TrainedRun;
  readonly law: ComparedLaw;
  readonly prediction: Prediction;
  /** Wall-clock seconds from loading the model to the last band. */
  readonly predictionSeconds: number;
  /** The deterministic networks beside it. */
  readonly baseline?: Baseline;
  readonly truth?: GroundTruth;
  readonly coverage?: BandCoverage;
  readonly seconds: StageSeconds;
}
