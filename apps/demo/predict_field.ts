/** An experiment's field over a square or cube, predicted by its model. */
import { type Experiment, profileDensity } from "@spiediff/experiment";
import { type Model, predictSpace, spaceCsv, spaceNpy, spaceWarnings } from "@spiediff/predictor";
import { exactAgreement, type ExactLaws, solveExactField } from "@spiediff/run-report";
import { comparedElements } from "./mesh.ts";
import type { PredictedProfile } from "./run_result.ts";

/** Predicts, and solves the exact law's equation beside it where there is one. @param onPredicted Called between both. */
export async function predictFieldOf(
  model: Model,
  experiment: Experiment,
  laws: ExactLaws | null,
  onPredicted: () => void,
): Promise<PredictedProfile> {
  const { prediction: { profile, times, members, ddimSteps }, seed } = experiment;
  const begin = (position: readonly number[]) => profileDensity(profile, position);
  const elements = comparedElements(experiment);
  const found = await predictSpace(model, begin, times, {
    ...{ seed, members, elements },
    sampler: { kind: "ddim", steps: ddimSteps },
  });
  onPredicted();
  const { density, dimension } = found;
  const exact = laws?.reference.kind === "exact" && laws.field
    ? exactAgreement(found, await solveExactField(laws.reference, laws.field, begin, found))
    : undefined;
  const { level, freeEnergy, massDrift, invariants } = found;
  return {
    prediction: {
      ...{ dimension, elements, times, level, freeEnergy, massDrift, invariants, density },
      memberCount: members,
      warnings: spaceWarnings(found),
    },
    ...(exact && { exact }),
    files: { "prediction.csv": spaceCsv(found), "prediction.npy": spaceNpy(found) },
  };
}
