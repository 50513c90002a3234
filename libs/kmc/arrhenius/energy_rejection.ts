/**
 * Uniformised rejection for any kernel: the loop of compiled/pair_energies.c in TypeScript, equal bit for bit.
 *
 * A rejected attempt costs `O(1)`; an accepted hop adds the kernel's difference to `2L + 2` energies.
 */
import { makeInOrder } from "./attempt_order.ts";
import { chunks } from "../chunks.ts";
import { type PairEnergies, thresholdOf } from "./energies.ts";
import type { Lattice } from "./lattice.ts";
import { xoshiro128starstar } from "@spiediff/random";

/**
 * Makes `attempts` attempts, however many, advancing `rng` in place: see {@link attemptHops} in rejection.ts.
 * Compiled, on large lattices, they are made in an order of their own (attempt_order.ts): the same bits.
 */
export function attemptWithEnergies(
  lattice: Lattice,
  pairs: PairEnergies,
  rng: Uint32Array,
  attempts: number,
): void {
  const { compiled } = pairs;
  if (compiled === null) {
    for (const part of chunks(attempts)) attemptHere(lattice, pairs, rng, part);
    return;
  }
  const { engine, addresses, stream, netHops, order } = compiled;
  stream.set(rng);
  netHops[0] = 0;
  const make = (part: number, draws: Uint32Array | null) =>
    engine.attempt_energies(
      lattice.sites,
      lattice.halfWidth,
      part,
      addresses.occupation,
      addresses.energy,
      addresses.step,
      addresses.boltzmann,
      addresses.bound,
      pairs.lowest,
      lattice.oneDraw ? 1 : 0,
      addresses.stream,
      addresses.netHops,
      draws === null ? 0 : engine.addressOf(draws),
    );
  lattice.hops += order === null ? make(attempts, null) : makeInOrder(order, attempts, make);
  lattice.netHops += netHops[0];
  rng.set(stream);
}

function attemptHere(
  lattice: Lattice,
  { energy, step, lowest, boltzmann }: PairEnergies,
  rng: Uint32Array,
  attempts: number,
): void {
  const { sites, halfWidth, occupation, oneDraw } = lattice;
  const toBond = sites / 2 ** 32;
  const width = 2 * halfWidth + 2;
  let net = 0, hops = 0;
  for (let k = 0; k < attempts; k++) {
    const draw = xoshiro128starstar(rng);
    const bond = (draw * toBond) | 0;
    const next = bond + 1 === sites ? 0 : bond + 1;
    const fraction = (oneDraw ? Math.imul(draw, sites) : xoshiro128starstar(rng)) >>> 8;
    const right = occupation[bond];
    if (right === occupation[next]) continue;
    const excess = energy[right === 1 ? bond : next] - lowest;
    if (fraction >= thresholdOf(excess, boltzmann)) continue;
    hops++;
    net += 2 * right - 1;
    occupation[bond] = 1 - right;
    occupation[next] = right;
    const low = bond < halfWidth ? bond - halfWidth + sites : bond - halfWidth;
    const change = right === 1 ? 0 : width + 2;
    const first = Math.min(width, sites - low);
    for (let i = 0; i < first; i++) energy[low + i] += step[change + i];
    for (let i = first; i < width; i++) energy[i - first] += step[change + i];
  }
  lattice.netHops += net;
  lattice.hops += hops;
}
