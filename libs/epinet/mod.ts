/** Epinets: epistemic index, prior network, distillation from a trained base network. @module */
export { distilDrivingForceEpinet } from "./driving_force_distillation.ts";
export { epinetCorrection, freshEpinet } from "./epinet.ts";
export { distilMobilityEpinet } from "./mobility_distillation.ts";
export { STEERED_SAMPLER } from "./member_visits.ts";
export { perturbationDirections } from "./perturbation.ts";
export type { EpinetOptions, TrainedEpinet } from "./types.ts";
