import type { RandomStream } from "@spiediff/random";
import { chunks } from "../chunks.ts";
import { attemptWithEnergies } from "./energy_rejection.ts";
import type { Lattice } from "./lattice.ts";
import { attemptPacked } from "./packed_counts.ts";
import { attemptHops } from "./rejection.ts";

/** Number of attempts in a macroscopic time: Poisson, independent of the path. */
export function drawAttempts(lattice: Lattice, time: number, stream: RandomStream): number {
  return stream.poisson(lattice.sites * lattice.attemptRate * time);
}

/**
 * Evolves the lattice by a macroscopic time.
 *
 * @throws {RangeError} if `time` is negative or not finite.
 */
export function advance(lattice: Lattice, time: number, stream: RandomStream): void {
  const attempts = drawAttempts(lattice, time, stream);
  if (lattice.counts !== null && attempts > lattice.sites) {
    return attemptPacked(lattice, lattice.counts, stream.state, attempts);
  }
  if (lattice.pairs !== null) {
    return attemptWithEnergies(lattice, lattice.pairs, stream.state, attempts);
  }
  for (const part of chunks(attempts)) attemptHops(lattice, stream.state, part);
}
