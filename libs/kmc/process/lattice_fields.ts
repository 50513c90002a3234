import { z } from "zod";

/** Engines count in 32-bit integers: `checkSystem` of arrhenius/rates.ts. */
export const MOST_SITES = 2 ** 21;

export const EXTERNAL_FIELD = z.number().optional().describe(
  "Uniform weak field E to the right: energy over the domain's length; none when absent.",
);

/** Of processes that have a meaning on squares and cubes too. */
export const torusFields = {
  dimension: z.literal([1, 2, 3]).optional().describe(
    "Of space: a ring, a square or a cube, with sites and elements to each axis; 1 when absent.",
  ),
};

/** Refuses more sites than engines count, and on squares and cubes a field. */
export function checkPlace(
  { sites, dimension = 1, externalField = 0 }: {
    readonly sites: number;
    readonly dimension?: number;
    readonly externalField?: number;
  },
  context: z.RefinementCtx,
): void {
  const refuse = (field: string, message: string) =>
    context.addIssue({ code: "custom", path: [field], message });
  if (sites ** dimension > MOST_SITES) {
    const most = dimension === 1
      ? "2^21"
      : `${Math.floor(MOST_SITES ** (1 / dimension))} to each axis, 2^21 in all,`;
    refuse("sites", `must be at most ${most} to be simulated, not ${sites}`);
  }
  if (dimension > 1 && externalField !== 0) {
    refuse("externalField", `must be 0 or absent in ${dimension} dimensions, not ${externalField}`);
  }
}

/** Fields that all processes on the bonds of a ring have. */
export const latticeFields = {
  sites: z.int().min(8).max(MOST_SITES).describe("Lattice sites N; spacing 1/N."),
  beta: z.number().positive().default(1).describe("Inverse temperature 1/(k_B T)."),
  drive: z.number().positive().default(1).describe("Prefactor of all rates."),
  externalField: EXTERNAL_FIELD,
};
