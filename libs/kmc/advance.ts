import type { RandomStream } from "@spiediff/random";
import { chunks } from "./chunks.ts";
import { attemptWithEnergies } from "./energy_rejection.ts";
import type { Lattice } from "./lattice.ts";
import type { CompiledCounts } from "./lattice_memory.ts";
import { attemptHops } from "./rejection.ts";

/** Largest half-width whose window counts fit into 7 bits. */
const BYTE_HALF_WIDTH = 63;

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

/** The attempts of {@link attemptHops}, compiled; packing and unpacking all sites costs as much as N / 8 attempts. */
function attemptPacked(
  lattice: Lattice,
  { engine, addresses: at, stream, netHops }: CompiledCounts,
  rng: Uint32Array,
  attempts: number,
): void {
  const { sites, halfWidth, oneDraw } = lattice;
  stream.set(rng);
  netHops[0] = 0;
  const narrow = halfWidth <= BYTE_HALF_WIDTH;
  const attempt = narrow ? engine.attempt_counts_8 : engine.attempt_counts_16;
  (narrow ? engine.pack_8 : engine.pack_16)(sites, at.packed, at.occupation, at.windowCount);
  for (const part of chunks(attempts)) {
    lattice.hops += attempt(
      sites,
      halfWidth,
      part,
      at.packed,
      at.threshold,
      oneDraw ? 1 : 0,
      at.stream,
      at.netHops,
    );
  }
  (narrow ? engine.unpack_8 : engine.unpack_16)(sites, at.packed, at.occupation, at.windowCount);
  lattice.netHops += netHops[0];
  rng.set(stream);
}
