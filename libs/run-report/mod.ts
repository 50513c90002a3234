/**
 * The report of a run from its results: comparison with a reference, coverage, figures of merit, tables.
 * Pure functions of values; who made these, and where files go, is the callers' business.
 * @module
 */
export { type BandCoverage, bandCoverage } from "./band_coverage.ts";
export { relativeError } from "./compared_curve.ts";
export { type ComparedLaw, compareLaw, type LearnedCurves } from "./compare_law.ts";
export { type CurvesSoFar, curvesSoFar } from "./curves_so_far.ts";
export { densityGrid, LEVEL } from "./density_grid.ts";
export type { ExactLaws } from "./exact_curves.ts";
export { errorsOfLaw, type LawErrors, type LawFunctions, type LawMeasure } from "./law_errors.ts";
export { type ExactAgreement, exactAgreement, solveExactField } from "./exact_field.ts";
export { type PredictedField } from "./predicted_field.ts";
export { courseTimes } from "./predicted_run.ts";
export { operatorPoints } from "./measured_points.ts";
export { learnedFunctions, trainingCurves } from "./report_curves.ts";
export { reportData, runMetrics, runWarnings } from "./report_data.ts";
export { reportInUnits } from "./run_units.ts";
export type { Origin, RunResult } from "./run_result.ts";
export { kmcCsv, lawTables } from "./tables.ts";
