/** Fields of two species over long times. */
import type { RandomStream } from "@spiediff/random";
import { checkRisingTimes } from "../checks.ts";
import { addHatAverages, elementWeights } from "../several_fields/element_averages.ts";
import { productSampler, type TwoSpeciesPlan } from "./two_species.ts";

/** Prepares the arrays of runs to several macroscopic times, rising; fields `[times, 2, M]`. */
export function twoSpeciesTrajectories(
  plan: TwoSpeciesPlan,
  times: readonly number[],
): (stream: RandomStream) => Float64Array {
  const { sites, elements } = plan;
  checkRisingTimes(times);
  const weights = elementWeights(sites, elements, 0), sample = productSampler(plan);
  const contents = new Uint8Array(sites), occupied = new Float64Array(sites);
  return (stream) => {
    const out = new Float64Array(times.length * 2 * elements);
    sample(contents, stream);
    let now = 0;
    times.forEach((time, k) => {
      stir(contents, stream.poisson(sites ** 3 * (time - now)), stream);
      now = time;
      for (const species of [1, 2]) {
        occupied.forEach((_, x) => occupied[x] = contents[x] === species ? 1 : 0);
        const from = (2 * k + species - 1) * elements;
        addHatAverages(weights, occupied, 1, out.subarray(from, from + elements));
      }
    });
    return out;
  };
}

/** Makes a number of swaps, each of a random pair of neighbours. */
function stir(contents: Uint8Array, swaps: number, { uniform }: RandomStream): void {
  const sites = contents.length;
  for (let left = swaps; left > 0; left--) {
    const x = Math.floor(uniform() * sites), y = x + 1 === sites ? 0 : x + 1;
    const here = contents[x];
    contents[x] = contents[y];
    contents[y] = here;
  }
}
