/**
 * Nearest neighbours, 512 replicas in a word: the loop of compiled/bit_sliced.c in TypeScript, equal bit for
 * bit; which see for the method.
 */
import type { RecordedAttempts } from "./hop_record.ts";
import { drawBond, drawLanes } from "./lane_random.ts";
import type { ReplicaArrays } from "./replica_memory.ts";

/** 32-bit words of 512 replicas. */
const WORDS = 16;

/**
 * Makes `attempts` attempts on all replicas.
 *
 * @param draws Which give the bonds, or `null` for draws from the stream.
 * @param record Where attempts leave themselves, or `null`.
 * @param slow Acceptance probability of the slower class in units of `2^-32`, below 2^32.
 * @param crowdedIsFree Whether the class with a neighbour is the one always accepted (repulsion).
 * @param allFree Whether both classes are (no interaction).
 * @returns Accepted hops over all replicas.
 */
export function attemptBits(
  { sites, eta, stream, lanes, through }: ReplicaArrays,
  attempts: number,
  draws: Uint32Array | null,
  record: RecordedAttempts | null,
  slow: number,
  crowdedIsFree: boolean,
  allFree: boolean,
): number {
  const word = new Uint32Array(eta.buffer, eta.byteOffset, sites * WORDS);
  const accept = new Uint32Array(WORDS), open = new Uint32Array(WORDS);
  const random = new Uint32Array(WORDS);
  const toBond = sites / 2 ** 32;
  const flip = crowdedIsFree ? 0 : -1;
  let hops = 0;
  for (let k = 0; k < attempts; k++) {
    const x = Math.floor((draws === null ? drawBond(stream) : draws[k]) * toBond);
    const y = x + 1 === sites ? 0 : x + 1;
    const at = WORDS * x, to = WORDS * y;
    const before = WORDS * (x === 0 ? sites - 1 : x - 1);
    const after = WORDS * (y + 1 === sites ? 0 : y + 1);
    let undecided = 0;
    for (let w = 0; w < WORDS; w++) {
      const a = word[at + w];
      const active = a ^ word[to + w];
      const crowded = (word[before + w] & a) | (word[after + w] & ~a);
      const free = allFree ? -1 : crowded ^ flip;
      accept[w] = active & free;
      undecided |= open[w] = active & ~free;
    }
    for (let rest = slow | 0; rest !== 0 && undecided !== 0; rest <<= 1) {
      drawLanes(lanes, random, 0);
      undecided = 0;
      for (let w = 0; w < WORDS; w++) {
        if (rest < 0) {
          accept[w] |= open[w] & ~random[w];
          open[w] &= random[w];
        } else open[w] &= ~random[w];
        undecided |= open[w];
      }
    }
    if (record !== null) {
      record.attempted[k] = x;
      record.accepted.set(accept, WORDS * k);
    }
    for (let w = 0; w < WORDS; w++) {
      let moved = accept[w];
      if (y === 0) cross(through, 32 * w, moved, word[at + w]);
      word[at + w] ^= moved;
      word[to + w] ^= moved;
      for (; moved !== 0; moved &= moved - 1) hops++;
    }
  }
  return hops;
}

/** Books hops over the last bond: those of replicas whose bit in `full` is set go right. */
export function cross(through: Int32Array, first: number, moved: number, full: number): void {
  for (let bit = 0; bit < 32; bit++) {
    if ((moved >>> bit & 1) !== 0) through[first + bit] += (full >>> bit & 1) !== 0 ? 1 : -1;
  }
}
