/** Generalised exclusion as experiments name it. */
import { generalisedExclusionReference } from "@spiediff/exact-reference";
import { z } from "zod";
import { BOND_PROCESSES } from "../bond_processes.ts";
import { bondDefinition } from "../process/bond_definition.ts";
import { checkPlace, latticeFields, torusFields } from "../process/lattice_fields.ts";
import { TWO_A_SITE } from "./generalised_exclusion.ts";

export const generalisedExclusionDefinition = bondDefinition({
  schema: z.strictObject({
    system: z.literal("generalised-exclusion").describe(
      "At most two particles a site, which move at rate n_x (2 - n_y).",
    ),
    ...latticeFields,
    ...torusFields,
  }).superRefine(checkPlace),
  field: TWO_A_SITE,
  process: BOND_PROCESSES["generalised-exclusion"],
  title: () => "Generalised exclusion, two a site",
  parameters: () => ({}),
  reference: (_, beta) => generalisedExclusionReference(beta),
  diffusivity: () => 2,
  start: "independent binomial sites",
});
