/** Random bits of the replica engines in TypeScript; equal, bit for bit, with compiled/random.h. */

/** One draw of xoshiro128** from `s` `[4]`, unsigned. */
export { xoshiro128starstar as drawBond } from "@spiediff/random";

/** Streams that acceptance bits are drawn from, 32 of a word's 512 bits each. */
export const LANE_STREAMS = 16;

/**
 * Sixteen streams of xoshiro128++ side by side (Blackman & Vigna), for acceptance bits: writes one draw of
 * each to `out[at .. at + 15]`.
 *
 * @param s `[64]`: words 0 of the sixteen states, then words 1, 2 and 3.
 */
export function drawLanes(s: Uint32Array, out: Uint32Array, at: number): void {
  for (let i = 0; i < LANE_STREAMS; i++) {
    const s0 = s[i], s1 = s[16 + i];
    const sum = (s0 + s[48 + i]) | 0;
    out[at + i] = ((sum << 7) | (sum >>> 25)) + s0;
    const s2 = s[32 + i] ^ s0;
    const s3 = s[48 + i] ^ s1;
    s[16 + i] = s1 ^ s2;
    s[i] = s0 ^ s3;
    s[32 + i] = s2 ^ (s1 << 9);
    s[48 + i] = (s3 << 11) | (s3 >>> 21);
  }
}
