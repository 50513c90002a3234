/** Where a lattice's arrays lie: in the memory of the compiled loops, where they run. */
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
import { createArena, ELEMENT_BATCH, type EngineExports } from "./engine.ts";
import type { ArrheniusSystem } from "./types.ts";

/** Largest half-width whose window counts fit into 15 bits. */
const COMPILED_HALF_WIDTH = (1 << 14) - 1;

/** What the loops of wasm/window_counts.c need: they work on packed sites. */
export interface CompiledCounts {
  readonly engine: EngineExports;
  readonly addresses: {
    readonly occupation: number;
    readonly windowCount: number;
    readonly packed: number;
    readonly threshold: number;
    readonly stream: number;
    readonly netHops: number;
  };
  /** `[4]`, the engine's copy of the random state. */
  readonly stream: Uint32Array;
  readonly netHops: Int32Array;
}

/** Arrays of a lattice with window counts. */
export function createCounts(
  sites: number,
  halfWidth: number,
  threshold: Int32Array,
  wasm: boolean,
): { occupation: Uint8Array; windowCount: Int32Array; counts: CompiledCounts | null } {
  if (!wasm || halfWidth > COMPILED_HALF_WIDTH) {
    const [occupation, windowCount] = [new Uint8Array(sites), new Int32Array(sites)];
    return { occupation, windowCount, counts: null };
  }
  const arena = createArena(7 * sites + 4 * threshold.length + 7 * 16, true);
  const at = {
    occupation: arena.reserve(sites),
    windowCount: arena.reserve(4 * sites),
    packed: arena.reserve(2 * sites),
    threshold: arena.reserve(4 * threshold.length),
    stream: arena.reserve(16),
    netHops: arena.reserve(4),
  };
  new Int32Array(at.threshold.buffer, at.threshold.address, threshold.length).set(threshold);
  return {
    occupation: new Uint8Array(at.occupation.buffer, at.occupation.address, sites),
    windowCount: new Int32Array(at.windowCount.buffer, at.windowCount.address, sites),
    counts: arena.engine === null ? null : {
      engine: arena.engine,
      addresses: {
        occupation: at.occupation.address,
        windowCount: at.windowCount.address,
        packed: at.packed.address,
        threshold: at.threshold.address,
        stream: at.stream.address,
        netHops: at.netHops.address,
      },
      stream: new Uint32Array(at.stream.buffer, at.stream.address, 4),
      netHops: new Int32Array(at.netHops.buffer, at.netHops.address, 1),
    },
  };
}

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
  const at = {
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
      addresses: {
        occupation: at.occupation.address,
        energy: at.energy.address,
        step: at.step.address,
        boltzmann: at.boltzmann.address,
        bound: at.bound.address,
        row: at.row.address,
        net: at.net.address,
        sums: at.sums.address,
        stream: at.stream.address,
        netHops: at.netHops.address,
      },
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
