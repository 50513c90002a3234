/** What a finished run comes to, as its report needs it: plain values, whoever made them. */
import type { TrajectoryStatistics } from "@spiediff/ensemble";
import type { RingEstimate } from "@spiediff/fdt-operators";
import type { GoodnessOfFit } from "@spiediff/numerics";
import type { DesignRecord } from "@spiediff/report";
import type { BandCoverage } from "./band_coverage.ts";
import type { ComparedLaw } from "./compare_law.ts";
import type { LawErrors } from "./law_errors.ts";
import type { ExactAgreement } from "./exact_field.ts";
import type { PredictedField } from "./predicted_field.ts";
import type { Course, PredictedRun } from "./predicted_run.ts";

/** A loss since the point before, and the held-out loss where it was measured. */
export interface LossPoint {
  readonly step: number;
  readonly loss: number;
  readonly heldOut?: number;
}

/** The estimates that a model was trained on, and its training. */
export interface TrainedModel {
  readonly estimates: readonly RingEstimate[];
  readonly training: {
    readonly backend: string;
    /** By stage. */
    readonly curves: Readonly<Record<string, readonly LossPoint[]>>;
    /** Tests of the law that need no reference; absent where they were not made. */
    readonly tests?: {
      readonly goodnessOfFit: GoodnessOfFit;
      /** Each profile as a law learned from the others has it. */
      readonly leftOutProfiles: readonly (GoodnessOfFit & { readonly profileName: string })[];
    };
  };
}

/** What a report is made of; a run without a direct simulation or exact answers has fewer of them. */
export interface RunResult<Predicted = PredictedRun | PredictedField> {
  readonly run: TrainedModel;
  readonly law: ComparedLaw;
  readonly prediction: Predicted;
  /** Of a prediction over a square or cube, where the law is known exactly. */
  readonly exact?: ExactAgreement;
  /** The same at more times, of fewer members; absent where it was not made. */
  readonly course?: Course;
  /** Wall-clock seconds from loading the model to the last band. */
  readonly predictionSeconds: number;
  /** What deterministic networks make of the same data. */
  readonly baseline?: { readonly errors: LawErrors; readonly members: number };
  /** The direct simulation and the wall-clock seconds that it took. */
  readonly truth?: { readonly statistics: TrajectoryStatistics; readonly seconds: number };
  readonly coverage?: BandCoverage;
  /** Wall-clock seconds by stage. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Which data were made and why; absent where a user has chosen them. */
  readonly design?: DesignRecord;
}

/** Who made a report, when and how. */
export interface Origin {
  /** ISO 8601. */
  readonly createdAt: string;
  /** The command that repeats it. */
  readonly command: string;
  /** Of the programs that took part, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** How realizations began, as a sentence; absent where it is not known. */
  readonly start?: string;
}
