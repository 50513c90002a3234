/** Particles and first moments of a configuration's elements: all that hats and currents need of it. */
import { type Address, ELEMENT_BATCH, type Engine } from "./engine.ts";

/** Sums over the sites of each element; exact integers. */
export interface ElementSums {
  /** `[M]`, particles. */
  readonly particles: Float64Array;
  /** `[M]`, sum of the particles' distances, in sites, from their element's first site. */
  readonly moment: Float64Array;
  /** Particles on the sites `0 .. bond` (see {@link currentsOf}). */
  upToBond: number;
}

/** Sums of nothing yet. */
export function createSums(elements: number): ElementSums {
  return {
    particles: new Float64Array(elements),
    moment: new Float64Array(elements),
    upToBond: 0,
  };
}

/** Sums of a configuration `[N]` that begins at `row[shift]` and goes around. */
export function sumElements(row: Uint8Array, shift: number, into: ElementSums): void {
  const { particles, moment } = into;
  const sites = row.length, elements = particles.length, perElement = sites / elements;
  for (let e = 0, x = shift; e < elements; e++) {
    let n = 0, first = 0;
    for (let r = 0; r < perElement; r++) {
      n += row[x];
      first += r * row[x];
      x = x + 1 === sites ? 0 : x + 1;
    }
    particles[e] = n;
    moment[e] = first;
  }
  into.upToBond = 0;
  for (let x = shift; x < sites; x++) into.upToBond += row[x];
}

/** The same, compiled; `address` is the row's and `out` has room for {@link ELEMENT_BATCH} pairs. */
export function sumElementsCompiled(
  engine: Engine,
  address: Address,
  sites: number,
  out: Float64Array,
  shift: number,
  into: ElementSums,
): void {
  const { particles, moment } = into;
  const elements = particles.length, perElement = sites / elements, to = engine.addressOf(out);
  for (let e = 0; e < elements; e += ELEMENT_BATCH) {
    const batch = Math.min(ELEMENT_BATCH, elements - e);
    const from = (shift + e * perElement) % sites;
    engine.sum_elements(address, sites, from, perElement, batch, to);
    for (let i = 0; i < batch; i++) {
      particles[e + i] = out[2 * i];
      moment[e + i] = out[2 * i + 1];
    }
  }
  engine.sum_elements(address, sites, shift, sites - shift, 1, to);
  into.upToBond = out[0];
}

/** `z` `[M]` from sums, with the bits of `projectOccupation`. */
export function fieldOf({ particles, moment }: ElementSums, sites: number, z: Float64Array): void {
  const elements = particles.length, perElement = sites / elements;
  const unit = 1 / (sites * perElement);
  for (let e = 0, before = elements - 1; e < elements; before = e++) {
    z[e] = (particles[e] * perElement - moment[e] + moment[before]) * unit;
  }
}

/**
 * Net currents per element `[M]`, in hops, between two configurations, of which `through` went over the
 * bond to whose left {@link ElementSums.upToBond} counts.
 *
 * `Q_x = Q_{x-1} - d(x)` with `d = eta_after - eta_before`, summed over the element's bonds.
 */
export function currentsOf(
  before: ElementSums,
  after: ElementSums,
  sites: number,
  through: number,
  out: Float64Array,
): Float64Array {
  const perElement = sites / out.length;
  // The current into the element's first site.
  let entering = through + after.upToBond - before.upToBond;
  for (let e = 0; e < out.length; e++) {
    entering -= after.particles[e] - before.particles[e];
    out[e] = perElement * entering + after.moment[e] - before.moment[e];
  }
  return out;
}
