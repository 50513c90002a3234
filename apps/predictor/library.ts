/** What programs use; the commands are beside it, so that a library carries none of them. */
export { learnedLaw } from "./learned_law.ts";
export type { LearnedLaw } from "./learned_law.ts";
export type { FieldsEnsemble, FieldsModel } from "./fields/load_fields_model.ts";
export { loadFieldsModel } from "./fields/load_fields_model.ts";
export { fieldsCsv, fieldsWarnings } from "./fields/outputs.ts";
export { type FieldsPrediction, predictFields } from "./fields/predict_fields.ts";
export {
  type FurtherSeries,
  invariantsTable,
  profileFigures,
  spaceTimeMaps,
} from "./fields/report.ts";
export { loadModel } from "./load_model.ts";
export { predictionCsv, predictionJson } from "./output.ts";
export { predict, predictStream } from "./predict.ts";
export { predictInUnits } from "./units/predict_in_units.ts";
export { predictionInUnits } from "./units/prediction_in_units.ts";
export { warningsOf } from "./warnings.ts";
export {
  bandOver,
  type BandParts,
  beyondData,
  type CurveBand,
  curveBandOver,
  wholeCurveBandOver,
} from "@spiediff/law";
export {
  predictSpace,
  type SpaceField,
  type SpaceOptions,
  type SpacePrediction,
} from "./space/predict_space.ts";
export { spaceCsv, spaceNpy } from "./space/outputs.ts";
export { spaceWarnings } from "./space/warnings.ts";
export type {
  EnsembleOptions,
  Model,
  Prediction,
  PredictionFrame,
  PredictOptions,
  ProfileInput,
  Sampler,
  TableReport,
} from "./types.ts";
import "./no_telemetry.ts";
