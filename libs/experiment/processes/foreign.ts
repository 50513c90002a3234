import { z } from "zod";

/** Fields that imports of earlier versions had to fill in, though they mean nothing here. */
export const OLDER_FIELDS = ["halfWidth", "betaJ0", "kernel", "initialState"];

/** Particles of another code, of which only snapshots are known. */
export const ForeignParticles = z.strictObject({
  system: z.literal("foreign"),
  sites: z.int().min(8).max(10_000_000).describe("Lattice sites N; spacing 1/N."),
  beta: z.number().positive().default(1).describe("Inverse temperature 1/(k_B T)."),
  drive: z.number().positive().default(1).describe("Diffusivity of a lone particle."),
});
