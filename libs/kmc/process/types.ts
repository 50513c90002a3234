/** What a conserved process on the bonds of a ring is, for everything that simulates it. */
import type { Field } from "@spiediff/law";
import type { RandomStream } from "@spiediff/random";

/** Fills the contents `[N]` of all sites. */
export type ContentsSampler = (out: Float64Array, stream: RandomStream) => void;

/**
 * A process that moves a conserved quantity between neighbouring sites.
 *
 * Rates are in units of `1 / eps^2`, `eps = 1/N` (the clock runs in hop times, `N^2` to a macroscopic unit
 * of time), and one unit of contents carries the mass `eps`. Compensators and brackets of the currents
 * follow from the rates.
 */
export interface BondProcess {
  /** For messages and streams. */
  readonly name: string;
  /** The conserved density: its domain bounds what a site holds, too. */
  readonly field: Field;
  /** Whether a rate reads only the bond's two sites (1), or those beside them too (2). */
  readonly reach: 1 | 2;
  /** What no rate exceeds; `null` where there is no such number: events are then drawn from a tree of sums. */
  readonly bound: number | null;
  /**
   * Rate at which a site that holds `from` sends to its neighbour that holds `to`; `behind` and `beyond`
   * are the contents of the sites before and after them, in the direction of the transfer.
   */
  rate(from: number, to: number, behind: number, beyond: number): number;
  /** What is sent; one unit where absent. */
  readonly transfer?: Transfer;
  /** Draws local equilibrium with mean `density` `[N]`. */
  sampler(density: Float64Array): ContentsSampler;
  /** `ln` of the equilibrium weight of contents `[N]` among those of the same sum, up to a constant. */
  logWeight(contents: ArrayLike<number>): number;
}

/** A random amount; negative where the neighbour sends. */
export interface Transfer {
  /** The amount at a uniform number in `[0, 1)`. */
  draw(from: number, to: number, uniform: number): number;
  /** Its mean. */
  mean(from: number, to: number): number;
  /** The mean of its square. */
  square(from: number, to: number): number;
  /** The same amounts `a` weighed by `e^(k a)`; without it the process cannot be driven by an external field. */
  tilted?(k: number): TiltedTransfer;
}

/** A transfer whose amounts are weighed. */
export interface TiltedTransfer extends Omit<Transfer, "tilted"> {
  /** The mean weight, by which the rate changes. */
  factor(from: number, to: number): number;
}
