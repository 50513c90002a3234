import { fieldOf } from "@spiediff/law";
import { modelField } from "@spiediff/model-artifact";
import { learnedLaw, type Model } from "@spiediff/predictor";
import {
  type ComparedLaw,
  compareLaw,
  densityGrid,
  type ExactLaws,
  LEVEL,
} from "@spiediff/run-report";

/** Evaluates a model's law over the densities of reports and holds it against the exact one. */
export async function evaluateLaw(
  model: Model,
  laws: ExactLaws | null,
  members: number,
  seed: number,
): Promise<ComparedLaw> {
  const covered = model.manifest.coverage.density;
  const density = densityGrid(covered, fieldOf(modelField(model.manifest)));
  const law = await learnedLaw(model, density, {
    ...{ seed, members },
    level: LEVEL,
    keepMembers: true,
  });
  const learned = { ...law, members: law.members! };
  const { system: { elements }, gradientEnergy, externalField } = model.manifest;
  const compared = compareLaw(density, covered, learned, laws, elements);
  return {
    ...compared,
    ...(gradientEnergy && { gradientEnergy }),
    ...(externalField !== undefined && { externalField }),
  };
}
