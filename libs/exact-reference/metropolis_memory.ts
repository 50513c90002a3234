/** What memory of the current takes off the instantaneous mobility of Metropolis swaps, on small rings. */
import { type ChebyshevSeries, chebyshevSeries } from "@spiediff/numerics";
import { memoryShare } from "./green_kubo.ts";
import { nearestNeighbour } from "./lattice_gases.ts";

/** Sites of the rings: the longer one counts, the difference to the shorter one is the error. */
const LONG = 14, SHORT = 12;
/** Points of the series in `(1 - 2 rho)^2`, of which particles and vacancies make the share a function. */
const POINTS = 6;

/** Share of Green and Kubo's part in the instantaneous mobility, and how far rings of two lengths differ. */
export function metropolisMemory(
  b: number,
): { share(density: number): number; error(density: number): number } {
  const gas = nearestNeighbour({ betaJ0: 3 * b });
  const seriesOn = (sites: number) =>
    once(() => {
      const ring = ringOf(sites, b);
      const at = (s: number) => ring(gas.drivingForce((1 - Math.sqrt(s)) / 2));
      return chebyshevSeries(at, 0, 1, POINTS);
    });
  const long = seriesOn(LONG), short = seriesOn(SHORT);
  const value = (series: ChebyshevSeries, rho: number) => series.value((1 - 2 * rho) ** 2);
  return {
    share: (rho) => value(long(), rho),
    error: (rho) =>
      Math.abs(value(long(), rho) - value(short(), rho)) +
      long().tail * Math.abs(value(long(), 0.5)),
  };
}

/** Computed at the first call. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}

/** All configurations of a ring with their swaps: `beta mu` to the share, as in `green_kubo.ts`. */
function ringOf(sites: number, b: number): (potential: number) => number {
  const count = 1 << sites;
  const from: number[] = [], to: number[] = [], rate: number[] = [];
  const current = new Float64Array(count), escape = new Float64Array(count);
  const pairs = new Float64Array(count), particles = new Float64Array(count);
  for (let s = 0; s < count; s++) {
    const bit = (x: number) => (s >> ((x + sites) % sites)) & 1;
    for (let x = 0; x < sites; x++) {
      particles[s] += bit(x);
      pairs[s] += bit(x) * bit(x + 1);
      if (bit(x) === bit(x + 1)) continue;
      const step = bit(x) - bit(x + 1);
      // Neighbours lost: of the particle's other side less of the vacancy's.
      const r = Math.min(1, Math.exp(-b * step * (bit(x - 1) - bit(x + 2))));
      from.push(s);
      to.push(s ^ (1 << x) ^ (1 << ((x + 1) % sites)));
      rate.push(r);
      current[s] += step * r;
      escape[s] += r;
    }
  }
  return (potential) => {
    const weight = pairs.map((n, s) => Math.exp(b * n + potential * particles[s]));
    // The current is odd under reflection, hence has no part in the generator's kernel.
    return b === 0 ? 0 : memoryShare({ from, to, rate, current, escape }, weight);
  };
}
