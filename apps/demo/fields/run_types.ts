import type { FieldsEstimate } from "@spiediff/fdt-operators";
import type { FieldsModel, FieldsPrediction } from "@spiediff/predictor";
import type { Claim } from "@spiediff/report";
import type { FieldsTruth } from "./truth_stage.ts";

/** What a run leaves for its report. */
export interface FieldsRun {
  readonly estimates: readonly FieldsEstimate[];
  readonly model: FieldsModel;
  readonly prediction: FieldsPrediction;
  /** Fields of the most likely law at times close together, for pictures. */
  readonly course: FieldsPrediction;
  readonly exact: readonly Float64Array[];
  readonly truth?: FieldsTruth;
  readonly claims: readonly Claim[];
  readonly warnings: readonly string[];
  readonly seconds: Readonly<Record<string, number>>;
}
