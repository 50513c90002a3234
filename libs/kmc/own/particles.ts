import { z } from "zod";
import { latticeFields } from "../process/lattice_fields.ts";

/** Longest module, in characters. */
const LONGEST_SOURCE = 100_000;

/** A process of one's own in an experiment: `spiediff simulate --process FILE` fills in what the module says. */
export const OwnFields = z.strictObject({
  system: z.literal("own").describe(
    "One's own process; `spiediff simulate --process FILE` writes these fields.",
  ),
  ...latticeFields,
  title: z.string().min(1).max(200).describe("The process's name."),
  source: z.string().min(1).max(LONGEST_SOURCE).describe("Text of its TypeScript module."),
  field: z.strictObject({
    name: z.string().min(1).max(100),
    unit: z.string().max(100),
    low: z.number(),
    high: z.number().nullable(),
    ideal: z.enum(["logit", "logarithm", "reciprocal"]),
  }).describe("What it conserves."),
  diffusivity: z.number().positive().describe("Of the scale of time."),
});

export type OwnParticles = z.infer<typeof OwnFields>;
