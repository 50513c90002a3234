import { z } from "zod";

/** Fields that imports of earlier versions had to fill in, though they mean nothing here. */
export const OLDER_FIELDS = ["halfWidth", "betaJ0", "kernel", "initialState"];

const positive = z.number().positive();

/** What one unit of the law is in the units of the files that particles come from. */
export const Scales = z.strictObject({
  length: positive.describe("The box along the axis that fields depend on."),
  time: positive.describe("Its square over the diffusivity of a lone particle."),
  density: positive.describe("Particles per volume (area, length) at density 1."),
  timestep: positive.describe("Time of one step of the other code."),
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
