/** Exact answers on small rings, straight from the definition of the process; for tests only. */
import { couplings } from "./kernel.ts";
import type { ArrheniusSystem } from "./types.ts";

/** Configurations as bit masks, bit `x` = occupation of site `x`. */
export type Mask = number;

/** `beta U` of site `x`: the couplings to the particles within `L`. */
function siteEnergy(eta: ArrayLike<number>, x: number, coupling: Float64Array): number {
  const n = eta.length;
  let sum = 0;
  for (let r = 1; r < coupling.length; r++) {
    sum += coupling[r] * (eta[(x + r) % n] + eta[(x - r + n) % n]);
  }
  return sum;
}

/** `beta H = - sum over pairs of beta J(r)`. */
export function energy(eta: ArrayLike<number>, system: ArrheniusSystem): number {
  const coupling = couplings(system);
  let pairs = 0;
  for (let x = 0; x < eta.length; x++) pairs += eta[x] * siteEnergy(eta, x, coupling);
  return -pairs / 2;
}

/** Rate of the hop from `x` to `y`, 0 if it is not allowed. */
export function hopRate(
  eta: ArrayLike<number>,
  x: number,
  y: number,
  system: ArrheniusSystem,
): number {
  if (eta[x] !== 1 || eta[y] !== 0) return 0;
  const { sites, drive = 1 } = system;
  return drive * sites ** 2 * Math.exp(-siteEnergy(eta, x, couplings(system)));
}

/** Occupations `[N]` of a mask. */
export function unpack(mask: Mask, sites: number): number[] {
  return Array.from({ length: sites }, (_, x) => (mask >> x) & 1);
}

/** Mask of occupations. */
export function pack(eta: ArrayLike<number>): Mask {
  let mask = 0;
  for (let x = 0; x < eta.length; x++) mask |= eta[x] << x;
  return mask;
}

/** The generator's jumps `from -> [to, rate]` over all configurations reachable from `start`. */
export function enumerateJumps(start: Mask, system: ArrheniusSystem): Map<Mask, [Mask, number][]> {
  const { sites } = system;
  const jumps = new Map<Mask, [Mask, number][]>();
  const queue = [start];
  while (queue.length > 0) {
    const mask = queue.pop()!;
    if (jumps.has(mask)) continue;
    const eta = unpack(mask, sites);
    const out: [Mask, number][] = [];
    for (let x = 0; x < sites; x++) {
      for (const y of [(x + 1) % sites, (x - 1 + sites) % sites]) {
        const rate = hopRate(eta, x, y, system);
        if (rate > 0) out.push([mask ^ (1 << x) ^ (1 << y), rate]);
      }
    }
    jumps.set(mask, out);
    queue.push(...out.map(([to]) => to));
  }
  return jumps;
}

/** Law at time `t` from `start`: the matrix exponential by its uniformised series. */
export function lawAt(start: Mask, t: number, system: ArrheniusSystem): Map<Mask, number> {
  const jumps = enumerateJumps(start, system);
  const escape = (out: [Mask, number][]) => out.reduce((s, [, rate]) => s + rate, 0);
  const bound = Math.max(...[...jumps.values()].map(escape));
  let p = new Map<Mask, number>([[start, 1]]);
  const law = new Map<Mask, number>();
  let weight = Math.exp(-bound * t);
  let sum = 0;
  for (let k = 0; sum < 1 - 1e-13; k++) {
    for (const [mask, q] of p) law.set(mask, (law.get(mask) ?? 0) + weight * q);
    sum += weight;
    weight *= bound * t / (k + 1);
    const next = new Map<Mask, number>();
    for (const [mask, q] of p) {
      const out = jumps.get(mask)!;
      next.set(mask, (next.get(mask) ?? 0) + q * (1 - escape(out) / bound));
      for (const [to, rate] of out) next.set(to, (next.get(to) ?? 0) + q * rate / bound);
    }
    p = next;
  }
  return law;
}

/** Gibbs weights, normalised, over the configurations reachable from `start`. */
export function gibbsLaw(start: Mask, system: ArrheniusSystem): Map<Mask, number> {
  const masks = [...enumerateJumps(start, system).keys()];
  const weights = masks.map((mask) => Math.exp(-energy(unpack(mask, system.sites), system)));
  const total = weights.reduce((a, b) => a + b, 0);
  return new Map(masks.map((mask, i) => [mask, weights[i] / total]));
}

/** Pearson's statistic of counts against a law, and its degrees of freedom. */
export function pearson(
  counts: ReadonlyMap<Mask, number>,
  law: ReadonlyMap<Mask, number>,
): { chiSquare: number; degreesOfFreedom: number } {
  const samples = [...counts.values()].reduce((a, b) => a + b, 0);
  let chiSquare = 0, cells = 0, restExpected = 0, restObserved = 0, seen = 0;
  for (const [mask, probability] of law) {
    const observed = counts.get(mask) ?? 0;
    seen += observed;
    const expected = samples * probability;
    if (expected < 8) {
      restExpected += expected;
      restObserved += observed;
      continue;
    }
    chiSquare += (observed - expected) ** 2 / expected;
    cells++;
  }
  if (restExpected > 8) {
    chiSquare += (restObserved - restExpected) ** 2 / restExpected;
    cells++;
  }
  if (seen !== samples) throw new Error(`${samples - seen} samples lie outside the law's support.`);
  return { chiSquare, degreesOfFreedom: cells - 1 };
}

/** What {@link deviateOf} of a right law exceeds with probability 1e-5. */
export const ALARM = 4.265;

/** {@link pearson}'s statistic as a normal deviate (Wilson and Hilferty). */
export function deviateOf(
  { chiSquare, degreesOfFreedom }: { chiSquare: number; degreesOfFreedom: number },
): number {
  const variance = 2 / (9 * degreesOfFreedom);
  return (Math.cbrt(chiSquare / degreesOfFreedom) - 1 + variance) / Math.sqrt(variance);
}

/** A start on a small ring: half full of 10 sites (252 configurations), three particles on others. */
export const startOn = (sites: number): Mask => sites === 10 ? 0b0100110110 : 0b0111;
