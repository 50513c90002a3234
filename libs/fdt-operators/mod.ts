/** Operator entries K_ij and element currents from fluctuations, with errors. @module */
export { closeCirculation } from "./circulation.ts";
export { controlVariateCovariance, sampleCovariance } from "./covariance_estimators.ts";
export type { CovarianceEstimator } from "./covariance_estimators.ts";
export { closedBand, closedCurrents, nodalBand } from "./current_covariance.ts";
export { LEAST_P_VALUE } from "./least_p_value.ts";
export { timeText } from "./number_text.ts";
export { mobilityDrift, realizationsFor, relativeError } from "./diagnostics.ts";
export {
  classicEstimator,
  controlVariateEstimator,
  estimateOperators,
} from "./estimate_operators.ts";
export { estimateFields, type FieldsEstimate } from "./several_fields/estimate_fields.ts";
export { fieldsEstimateJson, parseFieldsEstimate } from "./several_fields/estimate_text.ts";
export { pointsOfHats } from "./several_fields/ring_stencils.ts";
export { extrapolate } from "./extrapolation.ts";
export { horizonJackknives } from "./horizon_estimate.ts";
export type { CurrentEstimator, HorizonJackknives } from "./horizon_estimate.ts";
export { linesAsRings } from "./lines/as_ring.ts";
export { estimateLines, type LineEstimate } from "./lines/estimate_lines.ts";
export { type LineBlock, type LineCollector, lineCollector } from "./lines/line_block.ts";
export type { LineShape, SegmentRecord } from "./lines/shape.ts";
export type { KnownStart } from "./statics/known_start.ts";
export { localPart, withoutField } from "./local_part.ts";
export { horizonWindow, shortestText, suggestHorizons } from "./horizon_window.ts";
export type { HorizonWindow } from "./horizon_window.ts";
export {
  type LaterSnapshots,
  type PredictedSnapshots,
  type SnapshotsAgainstLaw,
  snapshotsAgainstLaw,
  type TimeAgainstLaw,
} from "./later_snapshots.ts";
export { unexplainedVariances } from "./sampling_covariance.ts";
export { recordFromSnapshots } from "./snapshots.ts";
export type { Snapshots } from "./snapshots.ts";
export { errorCovariance, jackknife, mapJackknife, standardError } from "./jackknife.ts";
export type { Jackknife, Statistic } from "./jackknife.ts";
export { unsmooth } from "./smooth_flux.ts";
export { parseOperatorEstimate, parseRingEstimate } from "./parse.ts";
export type {
  ChiSquare,
  Estimated,
  EstimateOptions,
  HorizonEstimate,
  OperatorEstimate,
  OptimalCoefficient,
  RingEstimate,
  SamplingCovariance,
  VarianceReduction,
  WindowMobilities,
} from "./types.ts";
