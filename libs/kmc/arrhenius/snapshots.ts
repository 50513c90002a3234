/** Snapshots of one realization, for plots: where the particles are, their energy, how often they hopped. */
import { checkTimes } from "@spiediff/ensemble";
import { randomStream } from "@spiediff/random";
import { advance } from "./advance.ts";
import { configurationSampler } from "./initial_state.ts";
import { couplings } from "./kernel.ts";
import { createLattice, loadOccupation } from "./lattice.ts";
import type { Lattice } from "./lattice.ts";
import type { ArrheniusSystem, InitialState, LatticeProfile, ScalarAlgorithm } from "./types.ts";

/** One realization at one time. */
export interface Snapshot {
  readonly time: number;
  /** `[N]`, 0 or 1. */
  readonly occupation: Uint8Array;
  /** `beta H`, minus the sum of `beta J` over pairs. */
  readonly energy: number;
  /** Accepted hops since the start, and those to the right minus those to the left. */
  readonly hops: number;
  readonly netHops: number;
}

/** What {@link simulateSnapshots} takes. */
export interface SnapshotOptions {
  readonly system: ArrheniusSystem;
  readonly profile: LatticeProfile;
  readonly initialState: InitialState;
  readonly seed: number | string;
  /** Which realization; the same as in scalar ensembles of this seed. 0 when absent. */
  readonly realization?: number;
  /** Macroscopic times, ascending; 0 is allowed first. */
  readonly times: readonly number[];
  /** Chosen by the kernel when absent. */
  readonly algorithm?: ScalarAlgorithm;
}

/** Runs one realization. @throws {RangeError} naming the field at fault. */
export function simulateSnapshots(options: SnapshotOptions): Snapshot[] {
  const { system, profile, initialState, seed, realization = 0, times, algorithm } = options;
  checkTimes("times", times, -Number.MIN_VALUE);
  const lattice = createLattice(system, algorithm);
  const stream = randomStream(seed, "kmc", profile.name, realization);
  const occupation = new Uint8Array(system.sites);
  configurationSampler(initialState, system, profile)(occupation, stream);
  loadOccupation(lattice, occupation);
  let elapsed = 0;
  return times.map((time) => {
    advance(lattice, time - elapsed, stream);
    elapsed = time;
    const { hops, netHops } = lattice;
    const energy = latticeEnergy(lattice, system);
    return { time, occupation: lattice.occupation.slice(), energy, hops, netHops };
  });
}

/** `beta H` of a lattice, in `O(N)` from its counts or energies. */
export function latticeEnergy(lattice: Lattice, system: ArrheniusSystem): number {
  const { sites, occupation, windowCount, pairs } = lattice;
  let sum = 0;
  for (let x = 0; x < sites; x++) {
    if (occupation[x] === 1) sum += pairs === null ? windowCount[x] - 1 : pairs.energy[x];
  }
  // Pairs were counted from both ends; energies are in units of 2^-20.
  return -0.5 * sum * (pairs === null ? couplings(system)[1] : 2 ** -20);
}
