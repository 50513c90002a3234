/** Where the arrays of a lattice with pair energies lie: in the memory of the compiled loops, where they run. */
import { createOrder, orderBytes } from "./attempt_order.ts";
import type { OrderPlan } from "./order_plan.ts";
import {
  BOLTZMANN_SIZE,
  energyRange,
  fillBoltzmann,
  fillStep,
  integerCouplings,
  REST_BITS,
  thresholdOf,
} from "./energies.ts";
import type { PairEnergies } from "./energies.ts";
import { type Arena, createArena, ELEMENT_BATCH } from "./engine.ts";
import type { ArrheniusSystem } from "./types.ts";

/** Arrays of a lattice with pair energies, the kernel's tables filled in. */
export function createPairs(
  system: ArrheniusSystem,
  wasm: boolean,
  plan: OrderPlan | null,
): { occupation: Uint8Array; bondRate: Int32Array; pairs: PairEnergies } {
  const { sites, halfWidth } = system;
  const steps = 2 * (2 * halfWidth + 4);
  const extent = 2 * halfWidth + 1;
  const bytes = 13 * sites + 4 * (steps + extent) + 12 * BOLTZMANN_SIZE + 16 * ELEMENT_BATCH +
    12 * 16;
  const arena = createArena(bytes + (wasm ? orderBytes(plan) : 0), wasm);
  const at = reserveArrays(arena, sites, steps, extent);
  const ints = ({ buffer, address }: { buffer: ArrayBuffer; address: number }, n: number) =>
    new Int32Array(buffer, address, n);
  const coupling = integerCouplings(system);
  const occupation = new Uint8Array(at.occupation.buffer, at.occupation.address, sites);
  const energy = ints(at.energy, sites);
  const stream = new Uint32Array(at.stream.buffer, at.stream.address, 4);
  const pairs: PairEnergies = {
    energy,
    coupling,
    step: ints(at.step, steps),
    lowest: energyRange(coupling).lowest,
    boltzmann: new Float64Array(at.boltzmann.buffer, at.boltzmann.address, BOLTZMANN_SIZE),
    compiled: arena.engine === null ? null : {
      engine: arena.engine,
      addresses: addressesOf(at),
      stream,
      netHops: ints(at.netHops, 1),
      order: createOrder(plan, arena, stream, [occupation, energy]),
      net: new Float64Array(at.net.buffer, at.net.address, sites),
      sums: new Float64Array(at.sums.buffer, at.sums.address, 2 * ELEMENT_BATCH),
    },
  };
  fillStep(pairs.step, coupling);
  fillBoltzmann(pairs.boltzmann);
  ints(at.bound, BOLTZMANN_SIZE).forEach((_, i, bound) =>
    bound[i] = thresholdOf(i << REST_BITS, pairs.boltzmann)
  );
  ints(at.row, extent).forEach((_, i, row) => row[i] = coupling[Math.abs(i - halfWidth)]);
  return { occupation, bondRate: new Int32Array(sites), pairs };
}

type Room = ReturnType<Arena["reserve"]>;

function reserveArrays(arena: Arena, sites: number, steps: number, extent: number) {
  return {
    // Sixteen bytes more, which sample_rates may read.
    occupation: arena.reserve(sites + 16),
    energy: arena.reserve(4 * sites),
    step: arena.reserve(4 * steps),
    boltzmann: arena.reserve(8 * BOLTZMANN_SIZE),
    bound: arena.reserve(4 * BOLTZMANN_SIZE),
    row: arena.reserve(4 * extent),
    net: arena.reserve(8 * sites),
    sums: arena.reserve(16 * ELEMENT_BATCH),
    stream: arena.reserve(16),
    netHops: arena.reserve(4),
  };
}

function addressesOf<Name extends string>(at: Record<Name, Room>): Record<Name, number> {
  const entries = Object.entries<Room>(at).map(([name, { address }]) => [name, address]);
  return Object.fromEntries(entries) as Record<Name, number>;
}
