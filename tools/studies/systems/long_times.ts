/** One data set: predictions to a third of the initial amplitude, held against the differential equation. */
import { hatAverages, solveDiffusion } from "@spiediff/exact-reference";
import { profileDensity, type SimulatedExperiment } from "@spiediff/experiment";
import { beyondData, loadModel, predict } from "@spiediff/predictor";
import { estimateProfiles } from "@spiediff/train";
import { judge } from "../_bands.ts";
import type { Outcome } from "../calibration/coverage.ts";
import { trainModel } from "../_learning.ts";
import type { Followed } from "./cases.ts";

const MEMBERS = 400;
/** Points of the differential equation: on 193 nothing changes above 1e-6 of the density. */
const POINTS = 97;
/** Shares of the time in which a small wave at the mean density falls to a third. */
const SHARES = [0.1, 0.4, 1];

/** When the longest wave of a small profile has a third of its amplitude: `exp(-(2 pi)^2 D t) = 1/3`. */
export const timesOf = ({ middle }: Followed): number[] =>
  SHARES.map((share) => share * Math.log(3) / ((2 * Math.PI) ** 2 * middle));

/** Simulates, learns, predicts and judges. */
export async function longTimes(
  followed: Followed,
  experiment: SimulatedExperiment,
  name: string,
): Promise<Outcome[]> {
  const estimates = await estimateProfiles(experiment, { workers: 1 });
  const { folder } = await trainModel(experiment, estimates, name);
  const { seed, elements, prediction: { profile } } = experiment;
  const times = timesOf(followed), initial = (x: number) => profileDensity(profile, x);
  const truth = solveDiffusion(followed.pressure, followed.steepest, initial, times, POINTS)
    .map((density) => hatAverages(density, elements));
  const model = await loadModel(folder, { threads: 1 });
  try {
    const options = { seed, members: MEMBERS, keepMembers: true, fluctuation: false };
    const prediction = await predict(model, initial, times, options);
    return times.map((_, k) => ({
      ...{
        system: followed.label,
        seed,
        quantity: `density at ${SHARES[k]} of the time to a third`,
      },
      ...judge(prediction.members![k], truth[k], beyondData(prediction.parts[k])),
    }));
  } finally {
    await model.close();
  }
}
