/**
 * The constant kernel at any `L <= 2047`, 16 replicas: the loops of wasm/byte_lanes.c in TypeScript, equal
 * bit for bit; which see for the method.
 */
import { drawBond, drawLanes } from "./lane_random.ts";
import type { ReplicaArrays } from "./replicas.ts";

const LANES = 16;
/** Bytes of one digit's table: 16 leading bytes, then 16 tails of 8 bytes. */
export const DIGIT_BYTES = 16 + 16 * 8;

/** Tables and conventions of the acceptance test: see {@link fillDigits}. */
export interface DigitTest {
  /** Hexadecimal digits of `m`: 2 with counts of 8 bits, 3 with 16. */
  readonly digits: number;
  readonly table: DataView;
  /** `m = (window count - bias) ^ mirror` counts neighbours (1, 0) or vacancies (2L + 1, -1). */
  readonly bias: number;
  readonly mirror: number;
}

/**
 * Writes, for each digit `v` of place `d`, the probability `q^(v 16^d)` as a leading byte (255 at most) and
 * the remaining fraction of that byte in units of `2^-32`.
 */
export function fillDigits(table: DataView, digits: number, q: number): void {
  for (let d = 0; d < digits; d++) {
    for (let v = 0; v < 16; v++) {
      const scaled = 256 * q ** (v * 16 ** d);
      const head = Math.min(255, Math.floor(scaled));
      table.setUint8(d * DIGIT_BYTES + v, head);
      const tail = Math.round((scaled - head) * 2 ** 32);
      table.setBigUint64(d * DIGIT_BYTES + 16 + 8 * v, BigInt(tail), true);
    }
  }
}

/** Makes `attempts` attempts on all replicas; returns the accepted hops over all of them. */
export function attemptLanes(
  { sites, halfWidth, eta, count, stream, lanes, through }: ReplicaArrays,
  { digits, table, bias, mirror }: DigitTest,
  attempts: number,
): number {
  const random = new Uint32Array(4 * digits);
  const bytes = new Uint8Array(random.buffer);
  const toBond = sites / 2 ** 32;
  const change = new Int8Array(LANES);
  let hops = 0;
  const passes = (m: number, lane: number) => {
    let ties = 0;
    for (let d = 0; d < digits; d++) {
      const head = table.getUint8(d * DIGIT_BYTES + (m >> 4 * d & 15));
      if (bytes[LANES * d + lane] > head) return false;
      if (bytes[LANES * d + lane] === head) ties |= 1 << d;
    }
    let passed = true;
    for (let d = 0; d < digits; d++) {
      if ((ties >> d & 1) === 0) continue;
      const tail = table.getBigUint64(d * DIGIT_BYTES + 16 + 8 * (m >> 4 * d & 15), true);
      if (!(drawBond(stream) < Number(tail))) passed = false;
    }
    return passed;
  };
  for (let k = 0; k < attempts; k++) {
    const x = Math.floor(drawBond(stream) * toBond);
    const y = x + 1 === sites ? 0 : x + 1;
    const low = x < halfWidth ? x + sites - halfWidth : x - halfWidth;
    const high = y + halfWidth >= sites ? y + halfWidth - sites : y + halfWidth;
    for (let d = 0; d < digits; d++) drawLanes(lanes, random, 4 * d);
    for (let lane = 0; lane < LANES; lane++) {
      const a = eta[LANES * x + lane], b = eta[LANES * y + lane];
      change[lane] = 0;
      if (a === b) continue;
      const counted = count[LANES * (a !== 0 ? x : y) + lane];
      if (!passes((counted - bias) ^ mirror, lane)) continue;
      eta[LANES * x + lane] = b;
      eta[LANES * y + lane] = a;
      change[lane] = a !== 0 ? 1 : -1;
      hops++;
      if (y === 0) through[lane] += change[lane];
    }
    for (let lane = 0; lane < LANES; lane++) {
      count[LANES * low + lane] -= change[lane];
      count[LANES * high + lane] += change[lane];
    }
  }
  return hops;
}
