/** An experiment's profile over a ring, predicted by its model. */
import { type Experiment, profileDensity } from "@spiediff/experiment";
import { type Model, predict, predictionCsv } from "@spiediff/predictor";
import { courseTimes } from "@spiediff/run-report";
import type { PredictedProfile } from "./run_result.ts";

/** Members behind pictures over time. */
const COURSE_MEMBERS = 200;

/** Predicts, and again at more times for pictures. @param onPredicted Called between both. */
export async function predictProfileOf(
  model: Model,
  { prediction: { profile, times, members, ddimSteps }, seed }: Experiment,
  onPredicted: () => void,
): Promise<PredictedProfile> {
  const begin = (x: number) => profileDensity(profile, x);
  const options = { seed, sampler: { kind: "ddim", steps: ddimSteps } } as const;
  const prediction = await predict(model, begin, times, { ...options, members });
  onPredicted();
  const course = await predict(model, begin, courseTimes(times), {
    ...options,
    members: Math.min(members, COURSE_MEMBERS),
    fluctuation: false,
  });
  return { prediction, course, files: { "prediction.csv": predictionCsv(prediction) } };
}
