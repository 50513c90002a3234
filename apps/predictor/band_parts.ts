import { type BandParts, deviationOver } from "@spiediff/law";
import type { LinearAnswers } from "./fluctuations.ts";
import type { DiscretisationError } from "./mesh_error.ts";

/** What the band of a prediction is made of. @param state `[members * elements]`. */
export function partsOf(
  state: Float64Array,
  elements: number,
  discretisation: DiscretisationError | null,
  linear: LinearAnswers | null,
): BandParts {
  return {
    data: deviationOver(state, elements),
    mesh: discretisation?.mesh ?? null,
    step: discretisation?.step ?? null,
    law: linear?.lawError ?? null,
    correlations: linear?.correlations.map(Math.abs) ?? null,
    inputs: linear?.inputs ?? null,
  };
}
