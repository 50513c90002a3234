import { type AnyParticles, PROCESSES } from "@spiediff/kmc";
import { z } from "zod";

/** What an experiment simulates that names none: the only process of older files. */
export const DEFAULT_PROCESS = "arrhenius-exclusion" satisfies keyof typeof PROCESSES;

type Schema = z.core.$ZodTypeDiscriminable & z.ZodType<AnyParticles, ParticlesInput>;
type ParticlesInput = z.input<typeof PROCESSES[keyof typeof PROCESSES]["schema"]>;

/** Particles of any process of the registry in libs/kmc; `system` decides which fields they have. */
export const Particles = z.discriminatedUnion(
  "system",
  Object.values(PROCESSES).map(({ schema }) => schema) as unknown as [Schema, ...Schema[]],
);
