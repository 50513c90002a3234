/** Kawasaki dynamics of the nearest-neighbour lattice gas: a particle and a vacancy change places. */
import { nearestNeighbourGas } from "../arrhenius/nearest_neighbour_gas.ts";
import type { BondProcess } from "../process/types.ts";

/**
 * How the change of energy `x = beta (H' - H)` decides: `min(1, e^-x)`, or `1 / (1 + e^x)` (Glauber's).
 * Heat-bath swaps are of gradient type, Metropolis' are not (Kawasaki, Phys. Rev. 145 (1966) 224).
 */
export type SwapRule = "metropolis" | "heat-bath";

/**
 * Energy `-b / beta` for every pair of neighbouring particles; `b > 0` binds.
 *
 * @throws {RangeError} unless `b` is finite.
 */
export function kawasaki(rule: SwapRule, b: number): BondProcess {
  if (!Number.isFinite(b)) throw new RangeError(`b must be finite, not ${b}.`);
  const acceptance = rule === "metropolis"
    ? (change: number) => Math.min(1, Math.exp(-change))
    : (change: number) => 1 / (1 + Math.exp(change));
  // The particle leaves the neighbour behind it for the one beyond the vacancy.
  const [lost, same, gained] = [b, 0, -b].map(acceptance);
  return {
    name: `kawasaki (${rule})`,
    ...nearestNeighbourGas(b),
    bound: Math.max(lost, same, gained),
    rate(from, to, behind, beyond) {
      if (from === 0 || to === 1) return 0;
      return behind === beyond ? same : behind > beyond ? lost : gained;
    },
  };
}
