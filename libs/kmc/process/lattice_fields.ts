import { z } from "zod";

/** Engines count in 32-bit integers: `checkSystem` of arrhenius/rates.ts. */
export const MOST_SITES = 2 ** 21;

export const EXTERNAL_FIELD = z.number().optional().describe(
  "Uniform weak field E to the right: energy over the domain's length; none when absent.",
);

/** Fields that all processes on the bonds of a ring have. */
export const latticeFields = {
  sites: z.int().min(8).max(MOST_SITES).describe("Lattice sites N; spacing 1/N."),
  beta: z.number().positive().default(1).describe("Inverse temperature 1/(k_B T)."),
  drive: z.number().positive().default(1).describe("Prefactor of all rates."),
  externalField: EXTERNAL_FIELD,
};
