/**
 * Uniformised rejection: the hot loop.
 *
 * Between two recorded times the number of attempts is drawn once (Poisson, mean
 * `N * attemptRate * time`); each attempt takes a uniform bond and accepts the hop it allows with
 * probability rate / bound. Exact in law; no clock, no event list, no sums of rates.
 */
import { attemptWithEnergies } from "./energy_rejection.ts";
import type { Lattice } from "./lattice.ts";

/**
 * Makes `attempts` attempts, advancing `rng` (xoshiro128** state `[4]`) in place. Branch-free: a
 * refused attempt writes back what it read, which is cheaper than a mispredicted jump.
 *
 * Keeps `occupation` and `windowCount`; `bondRate` goes stale (see `refreshBondRates`). A hop over bond
 * `b` changes the window counts of `b - L` and `b + 1 + L` only: `O(1)` for every `L`. Pair energies are left to
 * energy_rejection.ts.
 */
export function attemptHops(lattice: Lattice, rng: Uint32Array, attempts: number): void {
  const { sites, halfWidth, occupation, windowCount, threshold, oneDraw, pairs } = lattice;
  if (pairs !== null) return attemptWithEnergies(lattice, pairs, rng, attempts);
  const toBond = sites / 4294967296;
  let s0 = rng[0] | 0, s1 = rng[1] | 0, s2 = rng[2] | 0, s3 = rng[3] | 0;
  let net = 0, hops = 0;
  for (let k = 0; k < attempts; k++) {
    let m = Math.imul(s1, 5);
    const draw = Math.imul((m << 7) | (m >>> 25), 9);
    let t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = (s3 << 11) | (s3 >>> 21);

    const x = ((draw >>> 0) * toBond) | 0;
    const y = x + 1 === sites ? 0 : x + 1;
    let fraction = Math.imul(draw, sites) >>> 8;
    if (!oneDraw) {
      m = Math.imul(s1, 5);
      fraction = Math.imul((m << 7) | (m >>> 25), 9) >>> 8;
      t = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= t;
      s3 = (s3 << 11) | (s3 >>> 21);
    }
    const here = occupation[x];
    const there = occupation[y];
    // The particle's site: x if it is here, y otherwise.
    const from = y + ((x - y) & -here);
    // 1 if exactly one end is occupied and fraction < threshold.
    const accepted = (here ^ there) & ((fraction - threshold[windowCount[from]]) >>> 31);
    const change = accepted * (2 * here - 1);
    let low = x - halfWidth;
    low += sites & (low >> 31);
    let high = y + halfWidth - sites;
    high += sites & (high >> 31);
    occupation[x] = here - change;
    occupation[y] = there + change;
    windowCount[low] -= change;
    windowCount[high] += change;
    net += change;
    hops += accepted;
  }
  rng[0] = s0;
  rng[1] = s1;
  rng[2] = s2;
  rng[3] = s3;
  lattice.netHops += net;
  lattice.hops += hops;
}

/**
 * The same attempts with the same outcome, keeping `bondRate` (which must be fresh) and a ledger: to
 * `ledger` `[2N]` it adds `(change of a bond's right- or left-hop threshold) * (attempts made
 * so far)` for every bond that changes: see `ledger.ts`. `made` is the number of attempts already
 * made in the current interval.
 *
 * An accepted hop over bond `b` changes three bonds near it and the window counts of `b - L` and
 * `b + 1 + L` only, hence at most four further bonds: `O(1)` for every `L`. Other kernels than the constant
 * one are left to sampled_integrals.ts.
 *
 * @throws {TypeError} for a lattice with pair energies.
 */
export function attemptHopsWithLedger(
  lattice: Lattice,
  rng: Uint32Array,
  attempts: number,
  ledger: Float64Array,
  made: number,
): void {
  if (lattice.pairs !== null) {
    throw new TypeError("A ledger needs window counts; pair energies have samplingAdvance.");
  }
  const { sites, bondRate, oneDraw } = lattice;
  const toBond = sites / 4294967296;
  let s0 = rng[0] | 0, s1 = rng[1] | 0, s2 = rng[2] | 0, s3 = rng[3] | 0;
  let net = 0, hops = 0;
  for (let k = 1; k <= attempts; k++) {
    let m = Math.imul(s1, 5);
    const draw = Math.imul((m << 7) | (m >>> 25), 9);
    let t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = (s3 << 11) | (s3 >>> 21);

    const bond = ((draw >>> 0) * toBond) | 0;
    const rate = bondRate[bond];
    let fraction = Math.imul(draw, sites) >>> 8;
    if (!oneDraw) {
      m = Math.imul(s1, 5);
      fraction = Math.imul((m << 7) | (m >>> 25), 9) >>> 8;
      t = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= t;
      s3 = (s3 << 11) | (s3 >>> 21);
    }
    if (fraction >= (rate < 0 ? -rate : rate)) continue;

    net += hopWithLedger(lattice, bond, ledger, made + k);
    hops++;
  }
  rng[0] = s0;
  rng[1] = s1;
  rng[2] = s2;
  rng[3] = s3;
  lattice.netHops += net;
  lattice.hops += hops;
}

/**
 * Makes the hop that a bond allows, which is the attempt `now` of its interval, and books what it changes; returns 1
 * for a hop right, -1 left.
 */
export function hopWithLedger(
  lattice: Lattice,
  bond: number,
  ledger: Float64Array,
  now: number,
): number {
  const { sites, halfWidth, occupation, windowCount, bondRate, threshold } = lattice;
  const rate = bondRate[bond];
  // Accepted: `sign` +1 hops right, `left` 1 hops left.
  const left = rate >>> 31;
  const sign = 1 - 2 * left;
  const next = bond + 1 === sites ? 0 : bond + 1;
  const after = next + 1 === sites ? 0 : next + 1;
  const before = bond === 0 ? sites - 1 : bond - 1;
  let low = bond - halfWidth;
  if (low < 0) low += sites;
  let high = next + halfWidth;
  if (high >= sites) high -= sites;
  const lowBefore = low === 0 ? sites - 1 : low - 1;
  const highBefore = high === 0 ? sites - 1 : high - 1;

  occupation[bond] = left;
  occupation[next] = 1 - left;
  const lowCount = windowCount[low] - sign;
  const highCount = windowCount[high] + sign;
  windowCount[low] = lowCount;
  windowCount[high] = highCount;

  const reversed = threshold[windowCount[left === 0 ? next : bond]];
  bondRate[bond] = -sign * reversed;
  const oldBefore = bondRate[before];
  const newBefore = oldBefore !== 0 ? 0 : sign * threshold[windowCount[left === 0 ? before : bond]];
  bondRate[before] = newBefore;
  const oldNext = bondRate[next];
  const newNext = oldNext !== 0 ? 0 : sign * threshold[windowCount[left === 0 ? next : after]];
  bondRate[next] = newNext;

  // The particles at `low` and `high`, if any, see one neighbour more or less.
  const lowRate = threshold[lowCount];
  const highRate = threshold[highCount];
  const a = bondRate[low], b = bondRate[lowBefore];
  const c = bondRate[high], d = bondRate[highBefore];
  if (a > 0) bondRate[low] = lowRate;
  if (b < 0) bondRate[lowBefore] = -lowRate;
  if (c > 0) bondRate[high] = highRate;
  if (d < 0) bondRate[highBefore] = -highRate;

  const forth = left, back = 1 - left;
  ledger[2 * bond + forth] -= now * (rate < 0 ? -rate : rate);
  ledger[2 * bond + back] += now * reversed;
  ledger[2 * before + (oldBefore !== 0 ? back : forth)] += now *
    ((newBefore < 0 ? -newBefore : newBefore) - (oldBefore < 0 ? -oldBefore : oldBefore));
  ledger[2 * next + (oldNext !== 0 ? back : forth)] += now *
    ((newNext < 0 ? -newNext : newNext) - (oldNext < 0 ? -oldNext : oldNext));
  if (a > 0) ledger[2 * low] += now * (lowRate - a);
  if (b < 0) ledger[2 * lowBefore + 1] += now * (lowRate + b);
  if (c > 0) ledger[2 * high] += now * (highRate - c);
  if (d < 0) ledger[2 * highBefore + 1] += now * (highRate + d);
  return sign;
}
