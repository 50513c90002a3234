import type { RandomStream } from "@spiediff/random";
import type { Lattice } from "./lattice.ts";
import { attemptHops, CHUNK } from "./rejection.ts";

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
  for (let done = 0; done < attempts; done += CHUNK) {
    attemptHops(lattice, stream.state, Math.min(CHUNK, attempts - done));
  }
}
