/** An experiment's profile over a ring, predicted by its model. */
import { type Experiment, profileDensity } from "@spiediff/experiment";
import type { UnitSystem } from "@spiediff/law";
import {
  type Model,
  predict,
  predictionCsv,
  predictionInUnits,
  warningsOf,
} from "@spiediff/predictor";
import { courseTimes } from "@spiediff/run-report";
import type { PredictedProfile } from "./run_result.ts";

/** Members behind pictures over time. */
const COURSE_MEMBERS = 200;

/**
 * Predicts, and again at more times for pictures.
 *
 * @param onPredicted Called between both.
 * @param units Of the table and of warnings.
 */
export async function predictProfileOf(
  model: Model,
  { prediction: { profile, times, members, ddimSteps }, seed }: Experiment,
  onPredicted: () => void,
  units: UnitSystem,
): Promise<PredictedProfile> {
  const begin = (x: number) => profileDensity(profile, x);
  const options = { seed, sampler: { kind: "ddim", steps: ddimSteps }, members } as const;
  const own = await predict(model, begin, times, options);
  const told = predictionInUnits(own, units);
  const prediction = { ...own, warnings: warningsOf(told, options, model.manifest) };
  onPredicted();
  const course = await predict(model, begin, courseTimes(times), {
    ...options,
    members: Math.min(members, COURSE_MEMBERS),
    fluctuation: false,
  });
  return { prediction, course, files: { "prediction.csv": predictionCsv(told, units) } };
}
