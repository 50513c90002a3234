/** The Arrhenius process of nearest neighbours by the rates of its bonds, as what drives it needs it. */
import type { BondProcess } from "../process/types.ts";
import { couplings } from "./kernel.ts";
import { nearestNeighbourGas } from "./nearest_neighbour_gas.ts";
import type { ArrheniusSystem, InitialState } from "./types.ts";

/**
 * A particle hops to a vacant neighbour at rate `exp(-b n)`, `n = 1` if a particle is behind it and else 0: the
 * hops of an {@link ArrheniusSystem} with `L = 1`, `b = beta J(1)`.
 *
 * @throws {RangeError} unless the kernel reaches nearest neighbours only.
 */
export function nearestNeighbourHops(
  system: ArrheniusSystem,
  initialState: InitialState,
): BondProcess {
  if (system.halfWidth !== 1) {
    throw new RangeError(
      `halfWidth must be 1 where hops are those of bonds, not ${system.halfWidth}.`,
    );
  }
  const b = couplings(system)[1], bound = Math.exp(-b);
  return {
    name: "arrhenius-exclusion",
    ...nearestNeighbourGas(b, initialState),
    bound: Math.max(1, bound),
    rate: (from, to, behind) => from === 0 || to === 1 ? 0 : behind === 1 ? bound : 1,
  };
}
