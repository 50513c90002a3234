/**
 * Two species on a ring: sites are empty or hold one particle of either, and neighbours swap their contents at
 * rate 1 per hop time (N^2 per macroscopic time), whatever these are. Equilibrium: independent sites;
 * `M = [[r1 (1 - r1), -r1 r2], [-r1 r2, r2 (1 - r2)]]`, `f' = ln(r_a / (1 - r1 - r2))`, of gradient type.
 *
 * Source: Quastel, Comm. Pure Appl. Math. 45 (1992) 623, whose colours these are.
 */
import { createFieldsRecord, type FieldsRecord } from "@spiediff/ensemble";
import type { RandomStream } from "@spiediff/random";
import { checkWindow } from "../checks.ts";
import { addHatAverages, elementWeights } from "../several_fields/element_averages.ts";

/** Realizations of one start in local equilibrium. */
export interface TwoSpeciesPlan {
  readonly sites: number;
  readonly elements: number;
  /** Densities of both species by position in `[0, 1)`: positive, with a sum below 1. */
  readonly densities: readonly [(x: number) => number, (x: number) => number];
}

/**
 * Prepares the arrays of runs over one window of macroscopic time; the record is overwritten by the next run.
 *
 * @throws {RangeError} naming the site whose densities leave no room for vacancies.
 */
export function twoSpeciesRunner(
  plan: TwoSpeciesPlan,
  window: number,
): (stream: RandomStream) => FieldsRecord {
  const { sites, elements } = plan;
  checkWindow(window);
  const weights = elementWeights(sites, elements, 0);
  const sample = productSampler(plan);
  const contents = new Uint8Array(sites);
  const occupied = [new Float64Array(sites), new Float64Array(sites)];
  const record = createFieldsRecord(2, elements);
  const hops = window * sites * sites, unit = 1 / (2 * (sites / elements) * hops);
  return (stream) => {
    sample(contents, stream);
    record.dissipation.fill(0);
    for (const [species, times] of occupied.entries()) {
      const start = record.start.subarray(species * elements, (species + 1) * elements);
      times.forEach((_, x) => times[x] = contents[x] === species + 1 ? 1 : 0);
      addHatAverages(weights, times, 1, start.fill(0));
      times.fill(0);
    }
    swapUntil(contents, hops, stream, occupied, record.dissipation);
    record.dissipation.forEach((sum, k) => record.dissipation[k] = unit * sum);
    for (const [species, times] of occupied.entries()) {
      const from = species * elements;
      const fields = record.fields.subarray(from, from + elements);
      addHatAverages(weights, times, 1 / hops, fields.fill(0));
      for (let e = 0; e < elements; e++) {
        const right = fields[e + 1 === elements ? 0 : e + 1];
        record.flux[from + e] = elements * (fields[e] - right);
      }
    }
    return record;
  };
}

/** @throws {RangeError} naming the site whose densities leave no room for vacancies. */
export function checkDensities(sites: number, densities: TwoSpeciesPlan["densities"]): void {
  for (let x = 0; x < sites; x++) {
    const [first, second] = densities.map((density) => density(x / sites));
    if (!(first > 0 && second > 0 && first + second < 1)) {
      throw new RangeError(
        `The densities of site ${x} must be positive with a sum below 1, not ${first} and ${second}.`,
      );
    }
  }
}

/** Draws sites one by one, as their densities say. @throws {RangeError} as {@link checkDensities}. */
export function productSampler({ sites, densities }: TwoSpeciesPlan) {
  checkDensities(sites, densities);
  const below = densities.map((density) =>
    Float64Array.from({ length: sites }, (_, x) => density(x / sites))
  );
  return (out: Uint8Array, { uniform }: RandomStream) => {
    for (let x = 0; x < sites; x++) {
      const draw = uniform();
      out[x] = draw < below[0][x] ? 1 : draw < below[0][x] + below[1][x] ? 2 : 0;
    }
  };
}

/**
 * Swaps at the times of a Poisson process until a hop time.
 *
 * @param occupied Times for which each species has held each site, added to.
 * @param products `[3, M]`, sums of products of what swaps carried, added to.
 */
function swapUntil(
  contents: Uint8Array,
  until: number,
  { uniform }: RandomStream,
  occupied: readonly Float64Array[],
  products: Float64Array,
): void {
  const sites = contents.length, elements = products.length / 3, perElement = sites / elements;
  const since = new Float64Array(sites);
  const settle = (x: number, now: number) => {
    if (contents[x] > 0) occupied[contents[x] - 1][x] += now - since[x];
    since[x] = now;
  };
  for (let now = -Math.log(1 - uniform()) / sites; now < until;) {
    const x = Math.floor(uniform() * sites), y = x + 1 === sites ? 0 : x + 1;
    const here = contents[x], there = contents[y];
    if (here !== there) {
      settle(x, now);
      settle(y, now);
      contents[x] = there;
      contents[y] = here;
      const first = (here === 1 ? 1 : 0) - (there === 1 ? 1 : 0);
      const second = (here === 2 ? 1 : 0) - (there === 2 ? 1 : 0);
      const e = Math.floor(x / perElement);
      products[e] += first * first;
      products[elements + e] += first * second;
      products[2 * elements + e] += second * second;
    }
    now -= Math.log(1 - uniform()) / sites;
  }
  for (let x = 0; x < sites; x++) settle(x, until);
}
