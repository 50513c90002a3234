/** Averages of what lies at `x` or at `x + 1/2` over hat functions, and over smooth windows between nodes. */
import { addSmoothSums, placesOf } from "../smooth_windows.ts";

/** How much each value of a ring counts for the nodes around it. */
export interface ElementWeights {
  /** `M`. */
  readonly elements: number;
  /** `[N / M]` places inside of an element, in elements, `0 <= u < 1`. */
  readonly places: Float64Array;
}

/** @param shift Of all places in sites: 0, or 1/2 for what lies between two sites. */
export function elementWeights(sites: number, elements: number, shift: 0 | 0.5): ElementWeights {
  if (!(Number.isInteger(elements) && elements >= 3) || sites % elements !== 0) {
    throw new RangeError(
      `elements must be at least 3 and divide the ${sites} sites, not be ${elements}.`,
    );
  }
  return { elements, places: placesOf(sites / elements, shift) };
}

/** Adds averages over hat functions, `out[i]`, times a factor. */
export function addHatAverages(
  { elements, places }: ElementWeights,
  values: Float64Array,
  factor: number,
  out: Float64Array,
): void {
  const share = factor / places.length;
  for (let e = 0, x = 0; e < elements; e++) {
    let left = 0, right = 0;
    for (let k = 0; k < places.length; k++, x++) {
      right += places[k] * values[x];
      left += (1 - places[k]) * values[x];
    }
    out[e] += share * left;
    out[e + 1 === elements ? 0 : e + 1] += share * right;
  }
}

/** Adds averages over the quadratic B-splines in the middle of the elements, likewise. */
export function addSmoothAverages(
  { places }: ElementWeights,
  values: Float64Array,
  factor: number,
  out: Float64Array,
): void {
  addSmoothSums(places, values, factor / places.length, out);
}
