/** Laws of several fields from estimates: M by Cholesky factors, s and f by convex networks. @module */
export { fitDissipation, type LearnedDissipation } from "./dissipation_fit.ts";
export { fluidDissipation, fluidEntropy, fluidState } from "./fluid.ts";
export { rangeOf } from "./inputs.ts";
export { linearProfiles, posteriorMembers } from "./members.ts";
export { mixtureDissipation, mixtureFreeEnergy } from "./mixture.ts";
export { fitPotential, type LearnedPotential } from "./potential_fit.ts";
export type { DataRange, FieldsData } from "./types.ts";
