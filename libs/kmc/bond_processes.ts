/** The processes that are defined by the rates of their bonds: all that a thread loads, no schema and no law. */
import type { RealizationSource } from "@spiediff/ensemble";
import { nearestNeighbourHops } from "./arrhenius/nearest_neighbour_hops.ts";
import type { ArrheniusSystem, InitialState } from "./arrhenius/types.ts";
import { energyExchange } from "./energy_exchange/energy_exchange.ts";
import { generalisedExclusion } from "./generalised_exclusion/generalised_exclusion.ts";
import { inclusion } from "./inclusion/inclusion.ts";
import { kawasaki, type SwapRule } from "./kawasaki/kawasaki.ts";
import type { BondRun } from "./process/bond_run.ts";
import { fieldOverBond, isOnTorus, type Particles } from "./process/particle_process.ts";
import { processSource } from "./process/realization.ts";
import type { BondProcess } from "./process/types.ts";
import { type GasOnTorus, gasOnTorus } from "./arrhenius/gas_on_torus.ts";
import { hopProcess } from "./torus/processes.ts";
import { hopSource } from "./torus/realization.ts";
import { zeroRange, type ZeroRangeRate } from "./zero_range/zero_range.ts";

type DrivenArrhenius = ArrheniusSystem & { readonly initialState: InitialState };

/** By `particles.system`, from the fields of `particles` that are its own. */
export const BOND_PROCESSES = {
  "zero-range": ({ rate }: { readonly rate: ZeroRangeRate }) => zeroRange(rate),
  "inclusion": ({ alpha }: { readonly alpha: number }) => inclusion(alpha),
  "energy-exchange": () => energyExchange,
  "kawasaki": ({ swaps, b }: { readonly swaps: SwapRule; readonly b: number }) =>
    kawasaki(swaps, b),
  "generalised-exclusion": () => generalisedExclusion,
  // Driven ones of nearest neighbours alone; engines of their own run the others.
  "arrhenius-exclusion": ({ initialState, ...system }: DrivenArrhenius) =>
    nearestNeighbourHops(system, initialState),
};

/**
 * Realizations of a process of {@link BOND_PROCESSES}, and on squares and cubes of the Arrhenius process too.
 *
 * @throws {RangeError} if it is none of them.
 */
export function sourceOf({ particles, ...run }: BondRun): RealizationSource {
  const { drive } = particles;
  if (isOnTorus(particles)) {
    const process = particles.system === "arrhenius-exclusion"
      ? gasOnTorus(particles as Particles & GasOnTorus)
      : hopProcess(bondProcess(particles));
    return hopSource({ ...run, process, dimension: particles.dimension, drive });
  }
  const field = fieldOverBond(particles);
  return processSource({ ...run, process: bondProcess(particles), drive, field });
}

function bondProcess(particles: Particles): BondProcess {
  const processes: Partial<Record<string, (particles: never) => BondProcess>> = BOND_PROCESSES;
  const process = processes[particles.system] as ((own: Particles) => BondProcess) | undefined;
  if (process !== undefined) return process(particles);
  throw new RangeError(`"${particles.system}" is not defined by the rates of its bonds.`);
}
