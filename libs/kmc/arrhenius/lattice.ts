/** The state of one realization, kept so that an attempt costs one comparison. */
import { type OrderPlan, planOrder } from "./order_plan.ts";
import { recountEnergies, thresholdOf } from "./energies.ts";
import type { PairEnergies } from "./energies.ts";
import { isConstant } from "./kernel.ts";
import { createPairs } from "./lattice_memory.ts";
import type { LedgerShape } from "./ledger_memory.ts";
import { type LoopsChoice, loopsFromEnvironment } from "./loops.ts";
import { type CompiledCounts, createCounts } from "./packed_counts.ts";
import { uniformise, uniformiseEnergies } from "./rates.ts";
import type { Uniformisation } from "./rates.ts";
import type { ArrheniusSystem, ScalarAlgorithm } from "./types.ts";

/**
 * One configuration and what follows from it.
 *
 * Invariant, for all sites `x` (indices modulo `N`), restored by every accepted hop:
 * `windowCount[x]` = number of particles in `x-L .. x+L`, itself included; or, with pair energies,
 * `pairs.energy[x]` = energy of the neighbours of `x`.
 *
 * Only while a ledger is kept (see `ledger.ts`), also
 * `bondRate[x]` = threshold of the hop over the bond `x -> x+1`: positive if the particle is at `x`
 *   (hops right), negative if at `x+1` (hops left), 0 if both or neither end is occupied.
 */
export interface Lattice extends Uniformisation {
  readonly algorithm: ScalarAlgorithm;
  /** Energies of any kernel; `null` with window counts. */
  readonly pairs: PairEnergies | null;
  /** The compiled loop over window counts, where it runs; see {@link CompiledCounts}. */
  readonly counts: CompiledCounts | null;
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

/** The algorithm that suits a system: window counts where the kernel is constant. */
export function scalarAlgorithm(system: ArrheniusSystem): ScalarAlgorithm {
  return isConstant(system) ? "window-counts" : "pair-energies";
}

/**
 * An empty lattice.
 *
 * @param algorithm Chosen by the kernel when absent.
 * @param loops Which build of the loops; the bits are the same in all.
 * @param plan In which order the compiled loop over pair energies makes its attempts; the bits are the same in
 * any. By the lattice's size when absent, and `null` for as they are drawn.
 * @param ledger Which ledger the compiled loops over window counts can keep; none when absent.
 * @throws {RangeError} naming the system's field at fault; for window counts without a constant kernel.
 */
export function createLattice(
  system: ArrheniusSystem,
  algorithm: ScalarAlgorithm = scalarAlgorithm(system),
  loops: LoopsChoice = loopsFromEnvironment(),
  plan?: OrderPlan | null,
  ledger: LedgerShape = { elements: 0, attempts: 0 },
): Lattice {
  if (algorithm === "window-counts" && !isConstant(system)) {
    throw new RangeError(
      `algorithm "window-counts" needs the constant kernel, not "${system.kernel!.name}".`,
    );
  }
  const { sites, halfWidth } = system;
  const common = { sites, halfWidth, netHops: 0, hops: 0 };
  if (algorithm === "pair-energies") {
    const uniformisation = uniformiseEnergies(system);
    // A site is its occupation and its energy.
    const shape = { siteBytes: 5, words: uniformisation.oneDraw ? 1 : 2, counts: false };
    const order = plan === undefined ? planOrder(sites, halfWidth, shape) : plan;
    return {
      ...uniformisation,
      ...common,
      ...createPairs(system, loops, order),
      algorithm,
      counts: null,
      windowCount: new Int32Array(0),
    };
  }
  const uniformisation = uniformise(system);
  return {
    ...uniformisation,
    ...common,
    ...createCounts(sites, halfWidth, uniformisation.threshold, loops, ledger),
    algorithm,
    pairs: null,
  };
}

/** Takes over a configuration `[N]` of zeros and ones and recounts everything, in `O(N)`. */
export function loadOccupation(lattice: Lattice, occupation: ArrayLike<number>): void {
  const { sites, occupation: eta } = lattice;
  if (occupation.length === sites) eta.set(occupation);
  else for (let x = 0; x < sites; x++) eta[x] = occupation[x];
  recount(lattice);
  lattice.netHops = 0;
  lattice.hops = 0;
}

/** Recomputes window counts or energies from the occupation. */
export function recount(lattice: Lattice): void {
  const { sites, halfWidth, occupation, windowCount, pairs, counts } = lattice;
  if (pairs !== null) return recountEnergies(occupation, pairs);
  if (counts !== null) {
    const { engine, addresses } = counts;
    return engine.count_windows(sites, halfWidth, addresses.occupation, addresses.windowCount);
  }
  let count = 0;
  for (let r = -halfWidth; r <= halfWidth; r++) count += occupation[r < 0 ? r + sites : r];
  for (let x = 0; x < sites; x++) {
    windowCount[x] = count;
    const leaving = x - halfWidth;
    const entering = x + halfWidth + 1;
    count += occupation[entering >= sites ? entering - sites : entering] -
      occupation[leaving < 0 ? leaving + sites : leaving];
  }
}

/** Recomputes bond rates from occupation and window counts or energies, in `O(N)`. */
export function refreshBondRates(lattice: Lattice): void {
  const { sites, occupation, windowCount, bondRate, threshold, pairs, counts } = lattice;
  if (counts !== null) {
    const { engine, addresses: at } = counts;
    const to = [at.threshold, at.bondRate] as const;
    return engine.refresh_rates(sites, at.occupation, at.windowCount, ...to);
  }
  const rateOf = pairs === null
    ? (x: number) => threshold[windowCount[x]]
    : (x: number) => thresholdOf(pairs.energy[x] - pairs.lowest, pairs.boltzmann);
  for (let x = 0; x < sites; x++) {
    const y = x + 1 === sites ? 0 : x + 1;
    const direction = occupation[x] - occupation[y];
    bondRate[x] = direction === 0 ? 0 : direction > 0 ? rateOf(x) : -rateOf(y);
  }
}
