/** Starts and weights of the nearest-neighbour lattice gas, as processes on bonds have them. */
import { exclusionDensity } from "@spiediff/law";
import type { BondProcess } from "../process/types.ts";
import { configurationSampler } from "./initial_state.ts";
import type { InitialState } from "./types.ts";

/** @param b `beta J` of two neighbours; positive binds. */
export function nearestNeighbourGas(
  b: number,
  initialState: InitialState = "local-gibbs",
): Pick<BondProcess, "field" | "reach" | "sampler" | "logWeight"> {
  return {
    field: exclusionDensity,
    reach: 2,
    sampler(density) {
      // The chain of sites knows the kernel by beta J0 = 3 b.
      const system = { sites: density.length, halfWidth: 1, betaJ0: 3 * b };
      const sample = configurationSampler(initialState, system, { name: "start", density });
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
