/** The registry of processes with several fields. A further one is a folder, and a line here. */
import type { z } from "zod";
import { oscillatorRingDefinition } from "../oscillator_ring/definition.ts";
import { twoSpeciesDefinition } from "../two_species/definition.ts";
import type { FieldsDefinition, FieldsProcess } from "./fields_process.ts";

/** By `particles.system`. */
export const FIELDS_PROCESSES = {
  "oscillator-ring": oscillatorRingDefinition,
  "two-species": twoSpeciesDefinition,
};

/** Particles of any such process. */
export type AnyFieldsParticles = z.infer<
  typeof FIELDS_PROCESSES[keyof typeof FIELDS_PROCESSES]["schema"]
>;

/** The process that particles are of, with their parameters. */
export function fieldsProcessOf(particles: AnyFieldsParticles): FieldsProcess {
  const process: FieldsDefinition = FIELDS_PROCESSES[particles.system];
  return process.of(particles);
}
