import { z } from "zod";

/** Fields that imports of earlier versions had to fill in, though they mean nothing here. */
export const OLDER_FIELDS = ["halfWidth", "betaJ0", "kernel", "initialState"];

const positive = z.number().positive();
const share = z.number().min(0).max(1);
const unitName = z.string().min(1).max(40);

/** What files measure in, for axes and tables. */
const UnitNames = z.strictObject({
  length: unitName.default("file lengths"),
  time: unitName.default("file times"),
  energy: unitName.default("file energies"),
  density: unitName.default("particles per file volume"),
});

/** What one unit of the law is in the units of the files that particles come from. */
export const Scales = z.strictObject({
  length: positive.describe("The box along the axis that fields depend on."),
  time: positive.describe("Its square over the diffusivity of a lone particle."),
  density: positive.describe("Particles per volume (area, length) at density 1."),
  timestep: positive.describe("Time of one step of the other code."),
  origin: z.number().default(0).describe("Lower end of the box along that axis."),
  names: UnitNames.prefault({}),
  errors: z.strictObject({ time: share, rates: share, energy: share, density: share }).optional()
    .describe("Relative standard errors of these by those of what was declared."),
});
export type Scales = z.infer<typeof Scales>;

/** Particles of another code, of which only snapshots are known. */
export const ForeignParticles = z.strictObject({
  system: z.literal("foreign"),
  sites: positive.max(1e9).describe(
    "Lattice sites N; spacing 1/N. Of particles that are on no lattice, how many of them are density 1.",
  ),
  beta: positive.default(1).describe("Inverse temperature 1/(k_B T)."),
  drive: positive.default(1).describe("Diffusivity of a lone particle."),
  momentumRelaxation: positive.optional().describe(
    "Time in which particles forget their momentum; overdamped when absent.",
  ),
  scales: Scales.optional().describe(
    "Of particles that are on no lattice: the units of their files.",
  ),
}).superRefine(({ sites, scales }, context) => {
  if (scales || (Number.isInteger(sites) && sites >= 8)) return;
  const message = `must be a whole number of at least 8, not ${sites}`;
  context.addIssue({ code: "custom", path: ["sites"], message });
});
