/**
 * What memory of the current takes off the instantaneous mobility, exactly on a small ring:
 * `m = m_inst - (beta / N) integral of <J(0) J(t)> dt`, J the current summed over all bonds (Spohn 1991,
 * II.2.2). Zero for processes of gradient type.
 */

import { conjugateGradients } from "@spiediff/numerics";
import type { ExactReference } from "./types.ts";

/** Ranges up to this are computed as they are; longer kernels are read off it, since the part goes as 1/L. */
const LARGEST_RANGE = 5;
/** Sites of the ring beyond twice the range. */
const MORE_SITES = 4;
const CONVERGED = 1e-10, MOST = 500;

/**
 * Largest share of the instantaneous mobility over a quarter, half and three quarters of the sites occupied.
 *
 * @param couplings `beta J(r)` `[L + 1]`; entry 0 does not count.
 */
export function greenKuboShare(couplings: ArrayLike<number>): number {
  const range = couplings.length - 1;
  const kernel = range <= LARGEST_RANGE ? Array.from(couplings) : shortened(couplings);
  const sites = 2 * (kernel.length - 1) + MORE_SITES;
  const shares = [1, 2, 3].map((q) => shareOnRing(kernel, sites, Math.round(q * sites / 4)));
  return Math.max(...shares) * Math.min(1, LARGEST_RANGE / range);
}

/** Sites of the larger ring, beyond those of the smaller: what lies between both is their error. */
const LARGER = 2;

/** The share of the instantaneous mobility that memory takes off, as a function of density. */
export interface CurrentMemory {
  share(density: number): number;
  /** Largest difference from a smaller ring. */
  readonly error: number;
}

/**
 * That share of a kernel of at most `LARGEST_RANGE` sites, on a ring, between its numbers of particles by lines.
 *
 * @param couplings `beta J(r)` `[L + 1]`; entry 0 does not count.
 * @throws {RangeError} if the kernel is longer.
 */
export function currentMemory(couplings: ArrayLike<number>): CurrentMemory {
  const range = couplings.length - 1;
  if (range > LARGEST_RANGE) {
    throw new RangeError(
      `The kernel must reach over at most ${LARGEST_RANGE} sites, not ${range}.`,
    );
  }
  const kernel = Array.from(couplings);
  const curve = (sites: number) => {
    // A lone particle, or hole, has nothing to remember.
    const shares = Array.from(
      { length: sites + 1 },
      (_, n) => n < 2 || n > sites - 2 ? 0 : shareOnRing(kernel, sites, n),
    );
    return (rho: number) => {
      const n = Math.min(sites - 1, Math.floor(rho * sites)), part = rho * sites - n;
      return (1 - part) * shares[n] + part * shares[n + 1];
    };
  };
  const sites = 2 * range + MORE_SITES;
  const small = curve(sites), share = curve(sites + LARGER);
  let error = 0;
  for (let rho = 0.01; rho < 1; rho += 0.01) {
    error = Math.max(error, Math.abs(share(rho) - small(rho)));
  }
  return { share, error };
}

/**
 * A reference with the mobility of long times in place of the instantaneous one, less what memory takes off it.
 * Over ranges that are too long for `currentMemory` it stays as it is: there `error` has that share.
 */
export function withMemory(
  reference: ExactReference,
  couplings: ArrayLike<number>,
): ExactReference {
  if (couplings.length - 1 > LARGEST_RANGE) return reference;
  const { share, error } = currentMemory(couplings);
  const allowed = greenKuboShare(couplings), own = reference.error;
  return {
    ...reference,
    mobility: (rho) => reference.mobility(rho) * (1 - share(rho)),
    error: own && { ...own, mobility: (rho) => Math.max(0, own.mobility(rho) - allowed) + error },
  };
}

/** The same shape and strength over a shorter range. */
function shortened(couplings: ArrayLike<number>): number[] {
  const range = couplings.length - 1, ratio = range / LARGEST_RANGE;
  return Array.from({ length: LARGEST_RANGE + 1 }, (_, r) => {
    let sum = 0;
    for (let s = 1; s <= range; s++) {
      if (r > 0 && Math.min(LARGEST_RANGE, Math.ceil(s / ratio)) === r) sum += couplings[s];
    }
    return sum;
  });
}

/** @param particles Their number on the ring of `sites`. */
function shareOnRing(kernel: readonly number[], sites: number, particles: number): number {
  const states: number[] = [];
  for (let s = 0; s < 1 << sites; s++) if (bits(s) === particles) states.push(s);
  const index = new Int32Array(1 << sites).fill(-1);
  states.forEach((s, i) => index[s] = i);
  const n = states.length;
  const from: number[] = [], to: number[] = [], rate: number[] = [];
  const current = new Float64Array(n), escape = new Float64Array(n);
  const weight = new Float64Array(n);
  states.forEach((s, i) => {
    const occupied = (x: number) => (s >> ((x + sites) % sites)) & 1;
    let energy = 0;
    for (let x = 0; x < sites; x++) {
      if (!occupied(x)) continue;
      let binding = 0;
      for (let r = 1; r < kernel.length; r++) {
        binding += kernel[r] * (occupied(x + r) + occupied(x - r));
      }
      energy += binding / 2;
      for (const step of [1, -1]) {
        if (occupied(x + step)) continue;
        const next = s ^ (1 << x) ^ (1 << ((x + step + sites) % sites));
        from.push(i);
        to.push(index[next]);
        rate.push(Math.exp(-binding));
        current[i] += step * Math.exp(-binding);
        escape[i] += Math.exp(-binding);
      }
    }
    weight[i] = Math.exp(energy);
  });
  return memoryShare({ from, to, rate, current, escape }, weight);
}

/** A Markov chain of lattice states. */
export interface CurrentChain {
  /** Ends and rates of all jumps. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly rate: readonly number[];
  /** Of each state the mean current, and the sum of its rates. */
  readonly current: Float64Array;
  readonly escape: Float64Array;
}

/** `<J (-L)^-1 J>` over half the sum of all rates: both per site, and beta in either. @param weight Of each state. */
export function memoryShare(
  { from, to, rate, current, escape }: CurrentChain,
  weight: Float64Array,
): number {
  const n = weight.length;
  const dot = (a: Float64Array, b: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += weight[i] * a[i] * b[i];
    return sum;
  };
  /** Minus the generator: symmetric and positive in the inner product of equilibrium. */
  const apply = (v: Float64Array, out: Float64Array) => {
    for (let i = 0; i < n; i++) out[i] = escape[i] * v[i];
    for (let k = 0; k < rate.length; k++) out[from[k]] -= rate[k] * v[to[k]];
  };
  const solution = current.slice();
  conjugateGradients(n, CONVERGED, MOST, dot)(apply, solution);
  const total = escape.reduce((sum, r, i) => sum + weight[i] * r, 0);
  return dot(current, solution) / (total / 2);
}

function bits(s: number): number {
  let count = 0;
  for (let rest = s; rest > 0; rest &= rest - 1) count++;
  return count;
}
