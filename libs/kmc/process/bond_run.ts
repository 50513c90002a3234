/** Realizations of a process by its particles, and what a prefactor does to their law. */
import type { ExactReference } from "@spiediff/exact-reference";
import type { Particles } from "./particle_process.ts";

/** What decides a realization but its stream; can be cloned to threads. */
export interface BondRun {
  readonly particles: Particles;
  readonly elements: number;
  /** `[N^d]`. */
  readonly density: Float64Array;
}

/** The law of the same rates times a prefactor. */
export function faster(reference: ExactReference, drive: number): ExactReference {
  return { ...reference, mobility: (rho) => drive * reference.mobility(rho) };
}
