import { z } from "zod";
import { ArrheniusExclusion } from "./arrhenius.ts";

/** The processes that are simulated here, by `particles.system`: a further one is a file and a line. */
export const PROCESSES = { "arrhenius-exclusion": ArrheniusExclusion };

/** What an experiment simulates that names none: the only process of older files. */
export const DEFAULT_PROCESS: keyof typeof PROCESSES = "arrhenius-exclusion";

type Process = typeof PROCESSES[keyof typeof PROCESSES];

/** Particles of any process; `system` decides which fields they have. */
export const Particles = z.discriminatedUnion(
  "system",
  Object.values(PROCESSES) as [Process, ...Process[]],
);
