/** What a process of hopping particles on a torus is, for everything that simulates it. */
import type { Field } from "@spiediff/law";
import type { ContentsSampler } from "../process/types.ts";

/** Couplings `beta J` of a site to those around it; `J > 0` binds. Every way stands with its opposite. */
export interface SiteKernel {
  /** Ways in sites along each axis, none of them zero. */
  readonly ways: readonly (readonly number[])[];
  /** `beta J` of each way. */
  readonly couplings: Float64Array;
}

/** Particles that hop between neighbouring sites of a ring, a square or a cube, one at a time. */
export interface HopProcess {
  /** For messages and streams. */
  readonly name: string;
  /** The conserved density: its domain bounds what a site holds, too. */
  readonly field: Field;
  /** Rate, in units of `1 / eps^2`, from a site that holds `from` to a neighbour that holds `to`. */
  rate(from: number, to: number): number;
  /** What no rate exceeds; `null` where there is no such number: events are then drawn from a tree of sums. */
  readonly bound: number | null;
  /**
   * Rates of a site are lower by `exp(-sum of beta J contents)` over its surroundings (Arrhenius); `null` where
   * they do not ask.
   */
  readonly kernel: SiteKernel | null;
  /** Draws local equilibrium with mean `density` `[N^d]`. */
  sampler(density: Float64Array): ContentsSampler;
  /** `ln` of a site's equilibrium weight, without the kernel's part, `sum of beta J contents contents / 2`. */
  logWeight(contents: number): number;
}
