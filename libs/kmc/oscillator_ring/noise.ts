/** The noise of one step, exactly: a Poisson number of events, each on a bond `(x, x + 1)` at random. */
import type { RandomStream } from "@spiediff/random";
import { type OscillatorRing, potential, type RingConfiguration } from "./types.ts";

/** Products of what an event carries to the right: the lower triangle `rr rp pp re pe ee`. */
export const PRODUCTS = 6;

/** Sums of products over the events of each element, `[M, 6]`. */
export interface RealisedBracket {
  readonly elementOf: Int32Array;
  readonly sums: Float64Array;
}

/** Makes the events of a micro time; `bracket` collects their products. */
export function applyNoise(
  ring: OscillatorRing,
  { stretch, momentum }: RingConfiguration,
  duration: number,
  stream: RandomStream,
  bracket: RealisedBracket | null,
): void {
  const { sites, cubic } = ring;
  const resample = 2 * ring.resampling * sites, swap = ring.exchange * sites;
  const total = resample + swap;
  if (total === 0) return;
  const { uniform } = stream;
  const drawn = { rho: 0, pi: 0 };
  for (let left = stream.poisson(sites * total * duration); left > 0; left--) {
    const x = Math.floor(uniform() * sites), y = x + 1 === sites ? 0 : x + 1;
    const p = momentum[x], q = momentum[y], r = stretch[x], s = stretch[y];
    if (uniform() * total < swap) {
      momentum[x] = q;
      momentum[y] = p;
      if (bracket !== null) record(bracket, x, 0, p - q, (p * p - q * q) / 2);
      continue;
    }
    const c = (r + s) / 2, mean = (p + q) / 2;
    resamplePair(c, (r - s) / 2, (p - q) / 2, cubic, uniform, drawn);
    stretch[x] = c + drawn.rho;
    stretch[y] = c - drawn.rho;
    momentum[x] = mean + drawn.pi;
    momentum[y] = mean - drawn.pi;
    if (bracket === null) continue;
    const energy = (p * p - momentum[x] * momentum[x]) / 2 + potential(r, cubic) -
      potential(stretch[x], cubic);
    record(bracket, x, r - stretch[x], p - momentum[x], energy);
  }
}

function record({ elementOf, sums }: RealisedBracket, x: number, r: number, p: number, e: number) {
  const at = PRODUCTS * elementOf[x];
  sums[at] += r * r;
  sums[at + 1] += r * p;
  sums[at + 2] += p * p;
  sums[at + 3] += r * e;
  sums[at + 4] += p * e;
  sums[at + 5] += e * e;
}

/**
 * Draws the half differences of a pair from its microcanonical measure, uniform in `(rho, pi)` on
 * `pi^2 + a rho^2 + rho^4/2 = E`, `a = 1 + 2 alpha c + 3 c^2`: with `rho = sqrt(u+) sin theta` the density of
 * theta goes like `1 / sqrt(u- + u+ sin^2 theta)`, by rejection from the uniform one.
 *
 * @param c Mean stretch.
 */
export function resamplePair(
  c: number,
  rho: number,
  pi: number,
  cubic: number,
  uniform: () => number,
  out: { rho: number; pi: number },
): void {
  const a = 1 + 2 * cubic * c + 3 * c * c;
  const energy = pi * pi + rho * rho * (a + rho * rho / 2);
  const root = Math.sqrt(a * a + 2 * energy);
  // u+ = root - a, without cancellation.
  const upper = 2 * energy / (a + root), lower = a + root;
  for (;;) {
    const theta = 2 * Math.PI * uniform();
    const sin = Math.sin(theta);
    const spread = lower + upper * sin * sin, accept = uniform();
    if (accept * accept * spread >= lower) continue;
    out.rho = Math.sqrt(upper) * sin;
    out.pi = Math.sqrt(upper * spread / 2) * Math.cos(theta);
    return;
  }
}
