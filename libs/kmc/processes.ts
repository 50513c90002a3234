/** The registry: every process that experiments can name. A further one is a folder, and a line here. */
import type { z } from "zod";
import { arrheniusExclusion } from "./arrhenius/definition.ts";
import { energyExchangeDefinition } from "./energy_exchange/definition.ts";
import { generalisedExclusionDefinition } from "./generalised_exclusion/definition.ts";
import { inclusionDefinition } from "./inclusion/definition.ts";
import { kawasakiDefinition } from "./kawasaki/definition.ts";
import { ownProcess } from "./own/definition.ts";
import { zeroRangeDefinition } from "./zero_range/definition.ts";

/** By `particles.system`. */
export const PROCESSES = {
  "arrhenius-exclusion": arrheniusExclusion,
  "zero-range": zeroRangeDefinition,
  "inclusion": inclusionDefinition,
  "energy-exchange": energyExchangeDefinition,
  "kawasaki": kawasakiDefinition,
  "generalised-exclusion": generalisedExclusionDefinition,
  "own": ownProcess,
};

/** Particles of any process. */
export type AnyParticles = z.infer<typeof PROCESSES[keyof typeof PROCESSES]["schema"]>;
