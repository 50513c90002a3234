/** Which profiles to simulate, and how often, for a named precision; knows no particles. @module */
export { againstTruth } from "./against_truth.ts";
export { densitiesOf, type GoalContext, goalPercents, profileOf } from "./aims.ts";
export { candidateProfiles } from "./candidates.ts";
export {
  costOfShares,
  type DesignName,
  DESIGNS,
  type PlanInput,
  planPrecision,
  type PrecisionPlan,
} from "./designs.ts";
export { type Goal, goalText, parseGoals } from "./goal_text.ts";
export { fitLaw, type FittedLaw, type Settings } from "./law_fit.ts";
export { bothCurves, type Curves } from "./law_curve.ts";
export { type MeasuredProfile, wavesOf } from "./measured_profile.ts";
export { noiseModel } from "./noise_model.ts";
