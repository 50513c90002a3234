import type { Particles } from "./particle_process.ts";

/** What decides a realization but its stream; can be cloned to threads. */
export interface BondRun {
  readonly particles: Particles;
  readonly elements: number;
  /** `[N]`. */
  readonly density: Float64Array;
}
