/** Entry checks shared by all ensembles: each error names the field, its value and what is allowed. */
import { sitesPerElement } from "@spiediff/mesh";
import { checkProfile } from "./initial_state.ts";
import { checkSystem } from "./rates.ts";
import type { ParticleOptions } from "./types.ts";

/** @throws {RangeError} naming the field at fault. */
export function checkEnsemble(options: ParticleOptions): void {
  const { system, elements, profile } = options;
  checkSystem(system);
  sitesPerElement(system.sites, elements);
  checkProfile(profile, system.sites);
}
