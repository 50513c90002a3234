/** Where the arrays of a lattice with pair energies lie: in the memory of the compiled loops, where they run. */
import { createOrder, orderSizes } from "./attempt_order.ts";
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
import { createArena } from "./arena.ts";
import { type Address, ELEMENT_BATCH, type Engine } from "./engine.ts";
import type { LoopsChoice } from "./loops.ts";
import type { ArrheniusSystem } from "./types.ts";

/** Arrays of a lattice with pair energies, the kernel's tables filled in. */
export function createPairs(
  system: ArrheniusSystem,
  loops: LoopsChoice,
  plan: OrderPlan | null,
): { occupation: Uint8Array; bondRate: Int32Array; pairs: PairEnergies } {
  const { sites, halfWidth } = system;
  const sizes = sizesOf(sites, halfWidth);
  // Those in TypeScript make attempts as they are drawn.
  const order = loops === "typescript" ? null : plan;
  const arena = createArena([...Object.values(sizes), ...orderSizes(order)], loops);
  const { engine, buffer } = arena;
  const bytes = Object.fromEntries(
    Object.entries(sizes).map(([name, size]) => [
      name,
      new Uint8Array(buffer, arena.reserve(size), size),
    ]),
  ) as Record<keyof typeof sizes, Uint8Array>;
  const ints = ({ byteOffset }: Uint8Array, n: number) => new Int32Array(buffer, byteOffset, n);
  const doubles = ({ byteOffset }: Uint8Array, n: number) =>
    new Float64Array(buffer, byteOffset, n);
  const coupling = integerCouplings(system);
  const occupation = bytes.occupation.subarray(0, sites), energy = ints(bytes.energy, sites);
  const stream = new Uint32Array(buffer, bytes.stream.byteOffset, 4);
  const pairs: PairEnergies = {
    energy,
    coupling,
    step: ints(bytes.step, sizes.step / 4),
    lowest: energyRange(coupling).lowest,
    boltzmann: doubles(bytes.boltzmann, BOLTZMANN_SIZE),
    compiled: engine === null ? null : {
      engine,
      addresses: addressesOf(engine, bytes),
      stream,
      netHops: ints(bytes.netHops, 1),
      order: createOrder(order, arena, stream, [occupation, energy]),
      net: doubles(bytes.net, sites),
      sums: doubles(bytes.sums, 2 * ELEMENT_BATCH),
    },
  };
  fillStep(pairs.step, coupling);
  fillBoltzmann(pairs.boltzmann);
  ints(bytes.bound, BOLTZMANN_SIZE).forEach((_, i, bound) =>
    bound[i] = thresholdOf(i << REST_BITS, pairs.boltzmann)
  );
  ints(bytes.row, 2 * halfWidth + 1).forEach((_, i, row) =>
    row[i] = coupling[Math.abs(i - halfWidth)]
  );
  return { occupation, bondRate: new Int32Array(sites), pairs };
}

const sizesOf = (sites: number, halfWidth: number) => ({
  // Sixteen bytes more, which sample_rates may read.
  occupation: sites + 16,
  energy: 4 * sites,
  step: 8 * (2 * halfWidth + 4),
  boltzmann: 8 * BOLTZMANN_SIZE,
  bound: 4 * BOLTZMANN_SIZE,
  row: 4 * (2 * halfWidth + 1),
  net: 8 * sites,
  sums: 16 * ELEMENT_BATCH,
  stream: 16,
  netHops: 4,
});

function addressesOf<Name extends string>(
  engine: Engine,
  arrays: Record<Name, Uint8Array>,
): Record<Name, Address> {
  const entries = Object.entries<Uint8Array>(arrays)
    .map(([name, array]) => [name, engine.addressOf(array)]);
  return Object.fromEntries(entries) as Record<Name, Address>;
}
