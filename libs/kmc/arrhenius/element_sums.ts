/**
 * Particles and first moments of a configuration's elements: all that hats and currents need of it. The loops of
 * compiled/readings.c in TypeScript, equal bit for bit.
 *
 * Sums are `[2M + 1]`, whole numbers: particles of each element; the sum of their distances, in sites, from their
 * element's first site; and the particles on the sites `0 .. bond` (see {@link currentsOf}).
 */

/** Numbers of the sums over `M` elements. */
export const sumsLength = (elements: number): number => 2 * elements + 1;

/** Sums of a configuration `[N]` that begins at `row[shift]` and goes around; the bond counted to is the row's last. */
export function sumElements(row: Uint8Array, shift: number, sums: Float64Array): void {
  const sites = row.length, elements = (sums.length - 1) / 2, perElement = sites / elements;
  for (let e = 0, x = shift; e < elements; e++) {
    let n = 0, first = 0;
    for (let r = 0; r < perElement; r++) {
      n += row[x];
      first += r * row[x];
      x = x + 1 === sites ? 0 : x + 1;
    }
    sums[e] = n;
    sums[elements + e] = first;
  }
  let upToEnd = 0;
  for (let x = shift; x < sites; x++) upToEnd += row[x];
  sums[2 * elements] = upToEnd;
}

/** `z` `[M]` from sums, with the bits of `projectOccupation`. */
export function fieldOf(sums: Float64Array, sites: number, z: Float64Array): void {
  const elements = z.length, perElement = sites / elements;
  const unit = fieldUnit(sites, elements);
  for (let e = 0, before = elements - 1; e < elements; before = e++) {
    z[e] = (sums[e] * perElement - sums[elements + e] + sums[elements + before]) * unit;
  }
}

/** What a field's whole numbers are multiplied with. */
export const fieldUnit = (sites: number, elements: number): number =>
  1 / (sites * (sites / elements));

/**
 * Net currents per element `[M]`, in units of `1 / unit` hops, between two configurations, of which `through` hops went
 * over the bond to whose left sums count.
 *
 * `Q_x = Q_{x-1} - d(x)` with `d = eta_after - eta_before`, summed over the element's bonds.
 */
export function currentsOf(
  before: Float64Array,
  after: Float64Array,
  sites: number,
  through: number,
  unit: number,
  out: Float64Array,
): void {
  const elements = out.length, perElement = sites / elements;
  // The current into the element's first site.
  let entering = through + after[2 * elements] - before[2 * elements];
  for (let e = 0; e < elements; e++) {
    entering -= after[e] - before[e];
    out[e] = (perElement * entering + after[elements + e] - before[elements + e]) * unit;
  }
}
