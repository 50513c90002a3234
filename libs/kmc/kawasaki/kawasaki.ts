/** Kawasaki dynamics of the nearest-neighbour lattice gas: a particle and a vacancy change places. */
import { exclusionDensity } from "@spiediff/law";
import { configurationSampler } from "../arrhenius/initial_state.ts";
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
    field: exclusionDensity,
    reach: 2,
    bound: Math.max(lost, same, gained),
    rate(from, to, behind, beyond) {
      if (from === 0 || to === 1) return 0;
      return behind === beyond ? same : behind > beyond ? lost : gained;
    },
    sampler(density) {
      // The chain of sites knows the kernel by beta J0 = 3 b.
      const system = { sites: density.length, halfWidth: 1, betaJ0: 3 * b };
      const sample = configurationSampler("local-gibbs", system, { name: "start", density });
      const occupation = new Uint8Array(density.length);
      return (out, stream) => {
        sample(occupation, stream);
        out.set(occupation);
      };
    },
    logWeight(contents) {
      let pairs = 0;
      for (let x = 0, n = contents.length; x < n; x++) pairs += contents[x] * contents[(x + 1) % n];
      return b * pairs;
    },
  };
}
