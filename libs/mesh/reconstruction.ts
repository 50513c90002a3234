/**
 * Point values from hat averages. With `s = -delta^2` (minus the second difference) an average is
 * `s / theta^2` times the point value of a mode of phase `theta` per element, and
 * `theta^2 / s = 1 + s/12 + s^2/90 + s^3/560 + s^4/3150 + ..` (the series of `(2 arcsin(x/2))^2`).
 * Three terms of the series and a fourth that makes waves of three elements (`s = 3`) exact: order
 * eight, all explicit, and four nodes to each side.
 */
const SERIES = [1 / 12, 1 / 90, 1 / 560];
const LAST = ((2 * Math.PI / 3) ** 2 / 3 - symbol(SERIES, 3)) / 81;
const TERMS = [...SERIES, LAST];
const [W0, W1, W2, W3, W4] = stencilOf(TERMS);

/** The largest factor, at `s = 4`, by which point values exceed averages: what a stability limit needs. */
export const LARGEST_RECONSTRUCTION = symbol(TERMS, 4);

/** A correction stays below this share of an average's distance to the ends of its domain. */
const SHARE_OF_ROOM = 0.5;
/** Corrections below this share of what they may be are left as they are, to 1e-8 of themselves. */
const UNTOUCHED = 1 / 8;

/** `1 + terms[0] s + terms[1] s^2 + ..`. */
function symbol(terms: readonly number[], s: number): number {
  return terms.reduce((sum, term, n) => sum + term * s ** (n + 1), 1);
}

/** Weights of the distances 0 .. 4 in `terms[0] s + .. + terms[3] s^4`: binomials with signs. */
function stencilOf([a, b, c, d]: readonly number[]): readonly number[] {
  return [2 * a + 6 * b + 20 * c + 70 * d, -a - 4 * b - 15 * c - 56 * d, b + 6 * c + 28 * d]
    .concat([-c - 8 * d, d]);
}

/**
 * Point values at the nodes of one ring from its hat averages, at `base .. base + elements` of both arrays.
 *
 * Where the correction comes near the ends of the domain (a steep step beside it) it is bent, smoothly, so
 * that point values stay inside whatever the profile.
 *
 * @param low, high Ends of the domain, both open; averages lie inside.
 */
export function reconstruct(
  averages: Float64Array,
  base: number,
  elements: number,
  low: number,
  high: number,
  out: Float64Array,
): void {
  const n = elements;
  for (let i = 0; i < n; i++) {
    const p = base + i;
    const own = averages[p];
    out[p] = own + within(correctionAt(averages, base, i, n), own, low, high);
  }
}

/** A correction of an average that leaves the point value inside of the domain. */
function within(correction: number, own: number, low: number, high: number): number {
  const room = SHARE_OF_ROOM * Math.min(own - low, high - own);
  return Math.abs(correction) <= UNTOUCHED * room ? correction : bent(correction, room);
}

/** What the series adds to the average of node `i` of a ring of `n` nodes from `base` on. */
function correctionAt(averages: Float64Array, base: number, i: number, n: number): number {
  const p = base + i;
  return i >= 4 && i < n - 4
    ? W0 * averages[p] + W1 * (averages[p - 1] + averages[p + 1]) +
      W2 * (averages[p - 2] + averages[p + 2]) + W3 * (averages[p - 3] + averages[p + 3]) +
      W4 * (averages[p - 4] + averages[p + 4])
    : correctionAcross(averages, base, i, n);
}

/** The same sum where the stencil reaches around the ring. */
function correctionAcross(averages: Float64Array, base: number, i: number, n: number): number {
  const both = (k: number) => averages[base + (i + k) % n] + averages[base + (i - k + 4 * n) % n];
  return W0 * averages[base + i] + W1 * both(1) + W2 * both(2) + W3 * both(3) + W4 * both(4);
}

/** Adds to a line of a torus its corrections, without a bound: one axis' factor in those of tensor products. */
export function addCorrections(line: Float64Array): void {
  const own = line.slice(), n = line.length;
  for (let i = 0; i < n; i++) line[i] += correctionAt(own, 0, i, n);
}

/** Point values inside of the domain from averages at `offset` and what {@link addCorrections} made of them. */
export function bentInto(
  averages: Float64Array,
  corrected: Float64Array,
  offset: number,
  low: number,
  high: number,
  out: Float64Array,
): void {
  for (let i = 0; i < corrected.length; i++) {
    const own = averages[offset + i];
    out[offset + i] = own + within(corrected[i] - own, own, low, high);
  }
}

/** Below `room` in size for any correction. */
function bent(correction: number, room: number): number {
  if (!(room > 0)) return 0;
  const r = Math.abs(correction) / room;
  // For large ratios the power would overflow, and the answer is the room itself.
  return Math.sign(correction) * (r > 1e3 ? room : room * r / (1 + r ** 8) ** (1 / 8));
}

/**
 * Hat averages on the mesh of half the spacing whose averages over the given mesh are the given ones:
 * the profile's interpolation of fourth order, mended so that nothing is added.
 *
 * @returns `[2 * averages.length]`.
 */
export function refineAverages(averages: Float64Array): Float64Array {
  const n = averages.length;
  const fine = new Float64Array(2 * n);
  add(averages);
  // Each round leaves at most half of what is wrong with a mode.
  for (let round = 0; round < 60; round++) {
    add(coarsenAverages(fine).map((value, i) => averages[i] - value));
  }
  return fine;

  function add(values: Float64Array): void {
    for (let i = 0; i < n; i++) {
      const right = values[(i + 1) % n];
      fine[2 * i] += values[i];
      fine[2 * i + 1] += (9 * (values[i] + right) - values[(i + n - 1) % n] - values[(i + 2) % n]) /
        16;
    }
  }
}

/** Hat averages on the mesh of twice the spacing, exactly: `(z_{2i-1} + 2 z_{2i} + z_{2i+1}) / 4`. */
export function coarsenAverages(fine: Float64Array): Float64Array {
  const n = fine.length;
  return Float64Array.from(
    { length: n / 2 },
    (_, i) => (fine[(2 * i + n - 1) % n] + 2 * fine[2 * i] + fine[2 * i + 1]) / 4,
  );
}
