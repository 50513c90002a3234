/** The state of one realization, kept so that an attempt costs one comparison. */
import { uniformise } from "./rates.ts";
import type { Uniformisation } from "./rates.ts";
import type { ArrheniusSystem } from "./types.ts";

/**
 * One configuration and what follows from it.
 *
 * Invariants, for all sites `x` (indices modulo `N`), restored by every accepted hop:
 * - `windowCount[x]` = number of particles in `x-L .. x+L`, itself included;
 * - `bondRate[x]` = threshold of the hop over the bond `x -> x+1`: positive if the particle is at `x`
 *   (hops right), negative if at `x+1` (hops left), 0 if both or neither end is occupied.
 */
export interface Lattice extends Uniformisation {
  readonly sites: number;
  readonly halfWidth: number;
  /** `[N]`, 0 or 1. */
  readonly occupation: Uint8Array;
  /** `[N]`. */
  readonly windowCount: Int32Array;
  /** `[N]`, signed, in units of `2^-24`. */
  readonly bondRate: Int32Array;
  /** Hops to the right minus hops to the left since the last {@link loadOccupation}. */
  netHops: number;
  /** Accepted hops since the last {@link loadOccupation}. */
  hops: number;
}

/** An empty lattice. @throws {RangeError} naming the system's field at fault. */
export function createLattice(system: ArrheniusSystem): Lattice {
  const uniformisation = uniformise(system);
  return {
    ...uniformisation,
    sites: system.sites,
    halfWidth: system.halfWidth,
    occupation: new Uint8Array(system.sites),
    windowCount: new Int32Array(system.sites),
    bondRate: new Int32Array(system.sites),
    netHops: 0,
    hops: 0,
  };
}

/** Takes over a configuration `[N]` of zeros and ones and recounts everything, in `O(N)`. */
export function loadOccupation(lattice: Lattice, occupation: ArrayLike<number>): void {
  const { sites, occupation: eta } = lattice;
  for (let x = 0; x < sites; x++) eta[x] = occupation[x];
  recount(lattice);
  lattice.netHops = 0;
  lattice.hops = 0;
}

/** Recomputes counts and bond rates from the occupation. */
export function recount(lattice: Lattice): void {
  const { sites, halfWidth, occupation, windowCount, bondRate, threshold } = lattice;
  let count = 0;
  for (let r = -halfWidth; r <= halfWidth; r++) count += occupation[r < 0 ? r + sites : r];
  for (let x = 0; x < sites; x++) {
    windowCount[x] = count;
    const leaving = x - halfWidth;
    const entering = x + halfWidth + 1;
    count += occupation[entering >= sites ? entering - sites : entering] -
      occupation[leaving < 0 ? leaving + sites : leaving];
  }
  for (let x = 0; x < sites; x++) {
    const y = x + 1 === sites ? 0 : x + 1;
    const direction = occupation[x] - occupation[y];
    bondRate[x] = direction === 0
      ? 0
      : direction > 0
      ? threshold[windowCount[x]]
      : -threshold[windowCount[y]];
  }
}
