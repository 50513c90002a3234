import { z } from "zod";
import { checkPlace, EXTERNAL_FIELD, torusFields } from "../process/lattice_fields.ts";

const count = (min: number, max: number) => z.int().min(min).max(max);
const positive = z.number().positive();

/** Lengths in units of the kernel's full extent, 2L + 1 sites. */
const Kernel = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("constant") }),
  z.strictObject({ name: z.literal("linear") }),
  z.strictObject({ name: z.literal("gaussian"), width: positive.default(0.2) }),
  z.strictObject({
    name: z.literal("morse"),
    well: positive.default(0.15),
    steepness: positive.default(10),
  }),
  z.strictObject({
    name: z.literal("table"),
    values: z.array(z.number()).min(1).describe("beta J(r) / betaJ0 for r = 1 .. halfWidth."),
  }),
]);

/** Exclusion with hop rates `d exp(-beta E)` of the energy that binds a particle where it stands. */
export const ArrheniusExclusion = z.strictObject({
  system: z.literal("arrhenius-exclusion").default("arrhenius-exclusion").describe(
    "The process that is simulated.",
  ),
  sites: count(8, 10_000_000).describe("Lattice sites N; spacing 1/N."),
  ...torusFields,
  halfWidth: count(1, 5_000_000).describe("Half-width L of the interaction kernel, in sites."),
  kernel: Kernel.default({ name: "constant" }).describe("Shape of the interaction over r."),
  betaJ0: z.number().min(-50).max(50).describe(
    "beta J0; positive binds. In 2 and 3 dimensions the sum of |beta J| over all sites within halfWidth: " +
      "2 d b of nearest neighbours that bind by b.",
  ),
  beta: positive.default(1).describe("Inverse temperature 1/(k_B T)."),
  drive: positive.default(1).describe("Hop-rate prefactor d."),
  externalField: EXTERNAL_FIELD,
  initialState: z.enum(["bernoulli", "local-gibbs"]).default("bernoulli").describe(
    "Local equilibrium (exact for half-width 1, by heat-bath sweeps otherwise), which presets start from " +
      "and which needs no burn-in; or independent sites, which obey another law until correlations form.",
  ),
}).superRefine((particles, context) => {
  const { sites, halfWidth, kernel, dimension = 1, betaJ0, initialState } = particles;
  const refuse = (path: string[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  checkPlace(particles, context);
  if (2 * halfWidth + 1 >= sites) {
    refuse(["halfWidth"], `must be at most sites / 2 - 1 = ${(sites / 2 | 0) - 1}`);
  }
  if (particles.externalField && halfWidth !== 1) {
    refuse(["externalField"], "is for nearest neighbours, halfWidth 1, so far");
  }
  if (dimension > 1 && kernel.name === "table") {
    refuse(
      ["kernel", "name"],
      `must not be "table" in ${dimension} dimensions, whose distances it lacks`,
    );
  }
  if (dimension > 1 && betaJ0 !== 0 && initialState === "bernoulli") {
    refuse(
      ["initialState"],
      `must be "local-gibbs" in ${dimension} dimensions, unless betaJ0 is 0`,
    );
  }
  if (kernel.name === "table" && kernel.values.length !== halfWidth) {
    refuse(
      ["kernel", "values"],
      `must have halfWidth = ${halfWidth} values, not ${kernel.values.length}`,
    );
  }
});
