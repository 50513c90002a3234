/** Averages of what lies at `x` or at `x + 1/2` over hat functions, and over smooth windows between nodes. */

/** How much each value of a ring counts for the nodes around it. */
export interface ElementWeights {
  /** `M`. */
  readonly elements: number;
  /** `N / M`. */
  readonly perElement: number;
  /** `[perElement]` places inside of an element, in elements, `0 <= u < 1`. */
  readonly places: Float64Array;
}

/** @param shift Of all places in sites: 0, or 1/2 for what lies between two sites. */
export function elementWeights(sites: number, elements: number, shift: 0 | 0.5): ElementWeights {
  if (!(Number.isInteger(elements) && elements >= 3) || sites % elements !== 0) {
    throw new RangeError(
      `elements must be at least 3 and divide the ${sites} sites, not be ${elements}.`,
    );
  }
  const perElement = sites / elements;
  const places = Float64Array.from({ length: perElement }, (_, k) => (k + shift) / perElement);
  return { elements, perElement, places };
}

/** Adds averages over hat functions, `out[i]`, times a factor. */
export function addHatAverages(
  { elements, perElement, places }: ElementWeights,
  values: Float64Array,
  factor: number,
  out: Float64Array,
): void {
  const share = factor / perElement;
  for (let e = 0, x = 0; e < elements; e++) {
    let left = 0, right = 0;
    for (let k = 0; k < perElement; k++, x++) {
      right += places[k] * values[x];
      left += (1 - places[k]) * values[x];
    }
    out[e] += share * left;
    out[e + 1 === elements ? 0 : e + 1] += share * right;
  }
}

/** Adds averages over the quadratic B-splines in the middle of the elements, three elements wide. */
export function addSmoothAverages(
  { elements, perElement, places }: ElementWeights,
  values: Float64Array,
  factor: number,
  out: Float64Array,
): void {
  const share = factor / perElement;
  for (let e = 0, x = 0; e < elements; e++) {
    let all = 0, before = 0, after = 0;
    for (let k = 0; k < perElement; k++, x++) {
      const u = places[k];
      all += values[x];
      before += values[x] * (1 - u) * (1 - u) / 2;
      after += values[x] * u * u / 2;
    }
    out[e === 0 ? elements - 1 : e - 1] += share * before;
    out[e] += share * (all - before - after);
    out[e + 1 === elements ? 0 : e + 1] += share * after;
  }
}
