/**
 * Any even kernel: energies of all sites, kept by every hop, and the rates that follow.
 *
 * Energies are integers in units of `2^-20 k_B T`, so increments add up without rounding; the kernel is
 * rounded to that unit once (`1e-6`), and detailed balance holds exactly for the rounded one.
 */
import type { AttemptOrder } from "./attempt_order.ts";
import { couplings } from "./kernel.ts";
import type { Address, Engine } from "./engine.ts";
import type { ArrheniusSystem } from "./types.ts";

const ENERGY_BITS = 20;
const UNIT = 2 ** -ENERGY_BITS;
/** Energies are looked up in steps of `2^-8`; the rest is a quadratic, right to `1e-8`. */
export const REST_BITS = 12;
const REST_MASK = (1 << REST_BITS) - 1;

/** The kernel and its consequences. */
export interface PairEnergies {
  /** `[N]`, `beta U(x) = sum over neighbours of beta J`, in units of `2^-20`. */
  readonly energy: Int32Array;
  /** `[L + 1]`, `beta J(r)` in the same unit; entry 0 is 0. */
  readonly coupling: Int32Array;
  /**
   * `[2, 2L + 4]`, change of the energies of `bond - L .. bond + 1 + L` by a hop right, then left; each ends
   * in two zeros, for vectors of four.
   */
  readonly step: Int32Array;
  /** Least `beta U` of a particle beside a vacancy: the rate's bound, exact for every configuration. */
  readonly lowest: number;
  /** `2^24 exp(-i / 256)`. */
  readonly boltzmann: Float64Array;
  /** The compiled loop and the addresses of the arrays, where it runs. */
  readonly compiled: CompiledLoop | null;
}

/** What the loop over attempts needs besides numbers. */
export interface CompiledLoop {
  readonly engine: Engine;
  readonly addresses: {
    readonly occupation: Address;
    readonly energy: Address;
    readonly step: Address;
    readonly boltzmann: Address;
    readonly bound: Address;
    readonly row: Address;
    readonly stream: Address;
    readonly netHops: Address;
    readonly net: Address;
    readonly sums: Address;
  };
  /** `[4]`, the engine's copy of the random state. */
  readonly stream: Uint32Array;
  readonly netHops: Int32Array;
  /** In which attempts are made; `null` for as they are drawn. */
  readonly order: AttemptOrder | null;
  /** `[N]` and `[2, ELEMENT_BATCH]`: scratch of sampled_integrals.ts. */
  readonly net: Float64Array;
  readonly sums: Float64Array;
}

/** Largest and least `beta U` of a particle beside a vacancy, over all configurations. */
export function energyRange(coupling: ArrayLike<number>): { lowest: number; highest: number } {
  let lowest = 0, highest = 0;
  for (let r = 1; r < coupling.length; r++) {
    // The vacancy is one of the two sites at r = 1.
    const both = (r === 1 ? 1 : 2) * coupling[r];
    if (both < 0) lowest += both;
    else highest += both;
  }
  return { lowest, highest };
}

/** `beta J(r)` in units of `2^-20`. */
export function integerCouplings(system: ArrheniusSystem): Int32Array {
  return Int32Array.from(couplings(system), (j) => Math.round(j / UNIT));
}

/** Bound of every hop rate over `drive N^2`. */
export const boundOf = (lowest: number) => Math.exp(-lowest * UNIT);

/** Fills the kernel's difference. */
export function fillStep(step: Int32Array, coupling: Int32Array): void {
  const halfWidth = coupling.length - 1;
  const width = 2 * halfWidth + 2;
  step.fill(0);
  const at = (r: number) => Math.abs(r) > halfWidth ? 0 : coupling[Math.abs(r)];
  for (let k = 0; k < width; k++) {
    const fromBond = k - halfWidth;
    step[k] = at(fromBond - 1) - at(fromBond);
    step[width + 2 + k] = -step[k];
  }
}

/** Length of {@link PairEnergies.boltzmann}: energies up to 16 above the lowest, and one more. */
export const BOLTZMANN_SIZE = 16 * 256 + 1;

/** Fills the table of Boltzmann factors. */
export function fillBoltzmann(table: Float64Array): void {
  for (let i = 0; i < table.length; i++) table[i] = 2 ** 24 * Math.exp(-i / 256);
}

/** Acceptance threshold, in units of `2^-24`, of a particle of so much energy above the lowest. */
export function thresholdOf(excess: number, boltzmann: Float64Array): number {
  const rest = (excess & REST_MASK) * UNIT;
  return (boltzmann[excess >> REST_BITS] * (1 - rest + rest * rest * 0.5) + 0.5) | 0;
}

/** Recomputes the energies from the occupation, in `O(N L)`. */
export function recountEnergies(
  occupation: Uint8Array,
  { energy, coupling, compiled }: PairEnergies,
): void {
  const sites = occupation.length;
  if (compiled !== null) {
    const { engine, addresses: at } = compiled;
    engine.recount_energies(sites, coupling.length - 1, at.occupation, at.energy, at.row);
    return;
  }
  energy.fill(0);
  for (let x = 0; x < sites; x++) {
    if (occupation[x] === 0) continue;
    for (let r = 1; r < coupling.length; r++) {
      energy[x + r >= sites ? x + r - sites : x + r] += coupling[r];
      energy[x < r ? x - r + sites : x - r] += coupling[r];
    }
  }
}
