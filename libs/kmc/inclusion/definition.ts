/** The symmetric inclusion process as experiments name it. */
import { inclusionReference } from "@spiediff/exact-reference";
import { z } from "zod";
import { BOND_PROCESSES } from "../bond_processes.ts";
import { bondDefinition } from "../process/bond_definition.ts";
import { PARTICLE_DENSITY } from "../process/fields.ts";
import { checkPlace, latticeFields, torusFields } from "../process/lattice_fields.ts";

export const inclusionDefinition = bondDefinition({
  schema: z.strictObject({
    system: z.literal("inclusion").describe("Particles move at rate n_x (alpha + n_y)."),
    ...latticeFields,
    ...torusFields,
    alpha: z.number().positive().max(1e6).default(1).describe("Rate of moving by oneself."),
  }).superRefine(checkPlace),
  field: PARTICLE_DENSITY,
  process: BOND_PROCESSES["inclusion"],
  title: ({ alpha }) => `Symmetric inclusion process, α = ${alpha}`,
  parameters: ({ alpha }) => ({ alpha }),
  reference: ({ alpha }, beta) => inclusionReference(alpha, beta),
  diffusivity: ({ alpha }) => alpha,
  start: "independent sites, each a negative binomial",
});
