/**
 * The constant kernel at any `L <= 16383`, 64 replicas: the loops of compiled/byte_lanes.c in TypeScript, equal
 * bit for bit; which see for the method.
 */
import type { RecordedAttempts } from "./hop_record.ts";
import { drawBond, drawLanes, LANE_STREAMS } from "./lane_random.ts";
import { REFERENCE_SITES, referencesOf, type ReplicaArrays } from "./replica_memory.ts";

const LANES = 64;
/** Bytes of one digit's table: 32 leading bytes, then 32 tails of 8 bytes. */
export const DIGIT_BYTES = 32 + 32 * 8;
const TAILS = 32;

/** Tables and conventions of the acceptance test: see {@link fillDigits}. */
export interface DigitTest {
  /** Number of digits of `m`, and bits of a digit. */
  readonly digits: number;
  readonly bits: number;
  readonly table: DataView;
}

/**
 * Writes, for each digit `v` of place `d`, the probability `q^(v 2^(bits d))` as a leading byte (255 at most) and
 * the remaining fraction of that byte in units of `2^-32`.
 */
export function fillDigits({ table, digits, bits }: DigitTest, q: number): void {
  for (let d = 0; d < digits; d++) {
    for (let v = 0; v < 1 << bits; v++) {
      const scaled = 256 * q ** (v * 2 ** (bits * d));
      const head = Math.min(255, Math.floor(scaled));
      table.setUint8(d * DIGIT_BYTES + v, head);
      const tail = Math.round((scaled - head) * 2 ** 32);
      table.setBigUint64(d * DIGIT_BYTES + TAILS + 8 * v, BigInt(tail), true);
    }
  }
}

/**
 * Makes `attempts` attempts on all replicas, at bonds from `draws` or, without, from the stream, which leave themselves in
 * a record if there is one; returns the accepted hops over all of them.
 */
export function attemptLanes(
  { sites, halfWidth, mirror, eta, count, reference, stream, lanes, through }: ReplicaArrays,
  { digits, bits, table }: DigitTest,
  attempts: number,
  draws: Uint32Array | null,
  record: RecordedAttempts | null,
): number {
  const random = new Uint32Array(LANE_STREAMS * digits);
  const bytes = new Uint8Array(random.buffer);
  const toBond = sites / 2 ** 32;
  const change = new Int8Array(LANES);
  const full = reference.length > 0, unit = mirror ? -1 : 1;
  const references = referencesOf(halfWidth), rest = (1 << references.bits) - 1;
  let hops = 0;
  /** The full count of the place `from`, within 64 sites after `x`'s reference. */
  const countAt = (from: number, x: number, lane: number) => {
    if (!full) return count[from];
    const near = x - x % REFERENCE_SITES;
    const low = count[LANES * near + lane], since = (count[from] - low) << 24 >> 24;
    const steps = reference[LANES * near / REFERENCE_SITES + lane] << 24 >> 24;
    return (steps << references.bits) + references.base + (low & rest) + since;
  };
  /** Keeps a reference in step with its site's count. */
  const refer = (site: number, sign: number) => {
    if (!full) return;
    const at = LANES * site / REFERENCE_SITES;
    for (let lane = 0; lane < LANES; lane++) {
      const step = sign * change[lane], now = count[LANES * site + lane] & rest;
      if (step === 1 && now === 0) reference[at + lane]++;
      if (step === -1 && now === rest) reference[at + lane]--;
    }
  };
  const passes = (m: number, lane: number) => {
    let ties = 0;
    for (let d = 0; d < digits; d++) {
      const head = table.getUint8(d * DIGIT_BYTES + digitOf(m, d, bits));
      if (bytes[LANES * d + lane] > head) return false;
      if (bytes[LANES * d + lane] === head) ties |= 1 << d;
    }
    let passed = true;
    for (let d = 0; d < digits; d++) {
      if ((ties >> d & 1) === 0) continue;
      const at = d * DIGIT_BYTES + TAILS + 8 * digitOf(m, d, bits);
      if (!(drawBond(stream) < Number(table.getBigUint64(at, true)))) passed = false;
    }
    return passed;
  };
  for (let k = 0; k < attempts; k++) {
    const x = Math.floor((draws === null ? drawBond(stream) : draws[k]) * toBond);
    const y = x + 1 === sites ? 0 : x + 1;
    const low = x < halfWidth ? x + sites - halfWidth : x - halfWidth;
    const high = y + halfWidth >= sites ? y + halfWidth - sites : y + halfWidth;
    for (let d = 0; d < digits; d++) drawLanes(lanes, random, LANE_STREAMS * d);
    if (record !== null) {
      record.attempted[k] = x;
      record.accepted.fill(0, 2 * k, 2 * k + 2);
    }
    for (let lane = 0; lane < LANES; lane++) {
      const here = LANES * x + lane, there = LANES * y + lane;
      const right = eta[here] >> 7;
      change[lane] = 0;
      if (right === eta[there] >> 7) continue;
      const from = right === 1 ? here : there;
      if (!passes(countAt(from, x, lane), lane)) continue;
      eta[here] ^= 255;
      eta[there] ^= 255;
      change[lane] = right === 1 ? 1 : -1;
      hops++;
      if (record !== null) record.accepted[2 * k + (lane >> 5)] |= 1 << (lane & 31);
      if (y === 0) through[lane] += change[lane];
    }
    for (let lane = 0; lane < LANES; lane++) {
      count[LANES * low + lane] -= unit * change[lane];
      count[LANES * high + lane] += unit * change[lane];
    }
    if (low % REFERENCE_SITES === 0) refer(low, -unit);
    if (high % REFERENCE_SITES === 0) refer(high, unit);
  }
  return hops;
}

const digitOf = (m: number, place: number, bits: number) =>
  (m >> (bits * place)) & ((1 << bits) - 1);
