/**
 * Figures (SVG) and self-contained HTML reports from plain arrays.
 *
 * A figure function takes data and returns a `Figure`: the picture as SVG text, the same numbers as
 * CSV. `runReport` and `predictionReport` assemble whole pages.
 * @module
 */
export type {
  AxisUnits,
  BandCurve,
  BandPart,
  Claim,
  FieldSeries,
  Figure,
  LearnedFunction,
  MeasuredPoints,
  MobilityWindows,
  ProfileSeries,
  Quantity,
  ReferenceCurve,
  SpaceTime,
  StageTime,
  TimeSeries,
  TrainedProfile,
  TrainingCurve,
} from "./types.ts";
export type {
  BandAgreement,
  Baseline,
  DesignRecord,
  PredictionReportData,
  ReferenceRecord,
  RunMetrics,
  RunReportData,
  SystemDescription,
  WallClock,
} from "./run_report_data.ts";
export { runReport } from "./run_report.ts";
export { predictionReport } from "./prediction_report.ts";
export { fieldFigures } from "./figures/field_figures.ts";
export { quantityLabel } from "./figures/_quantity.ts";
export { deviationFigure } from "./figures/deviation.ts";
export { learnedFunctionFigure } from "./figures/learned_function.ts";
export type { LearnedFunctionTexts } from "./figures/_learned_curves.ts";
export { spaceTimeFigure } from "./figures/space_time.ts";
export { profilesFigure } from "./figures/profiles.ts";
export { profileResidualsFigure } from "./figures/profile_residuals.ts";
export { freeEnergyFigure, massFigure } from "./figures/time_series.ts";
export { stageTimesFigure, trainingFigure } from "./figures/training.ts";
export { genericFigure, type GenericSeries, type GenericTexts } from "./figures/generic.ts";
export { mobilityWindowsFigure } from "./figures/windows.ts";
export { coverageFigure } from "./figures/coverage.ts";
export { type HeatMapData, heatMapFigure } from "./figures/heat_map.ts";
export { block, figureHtml, type Page, pageHtml, type Tile } from "./page.ts";
export { type Table, type TableCell, tableHtml } from "./table.ts";
export { unitsSentence } from "./units_sentence.ts";
export { standaloneSvg } from "./draw.ts";
export * from "./text.ts";
