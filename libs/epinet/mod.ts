/** Epinets: epistemic index, prior network, distillation from a trained base network. @module */
export { calibrate, type CalibrationProfile } from "./calibration.ts";
export { distilDrivingForceEpinet, type TrainedForceEpinet } from "./driving_force_distillation.ts";
export {
  epinetCorrection,
  evenBends,
  freshEpinet,
  priorScales,
  type PriorShape,
  priorUnits,
} from "./epinet.ts";
export type { FitTests, LeftOutProfile } from "./fit_tests.ts";
export { drawBends, likelyBends } from "./likely_prior.ts";
export { distilMobilityEpinet } from "./mobility_distillation.ts";
export { STEERED_SAMPLER } from "./member_visits.ts";
export { perturbationDirections } from "./perturbation.ts";
export type { EpinetOptions, TrainedEpinet } from "./types.ts";
