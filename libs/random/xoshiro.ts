/**
 * xoshiro128** (Blackman & Vigna, "Scrambled linear pseudorandom number generators", 2021).
 *
 * 32-bit arithmetic only, hence fast in JavaScript; period 2^128 - 1. Hot loops inline this step.
 */

/** Advances `state` `[4]` by one step and returns a uniform unsigned 32-bit integer. */
export function xoshiro128starstar(state: Uint32Array): number {
  const s1 = state[1];
  const m = Math.imul(s1, 5);
  const result = Math.imul((m << 7) | (m >>> 25), 9) >>> 0;
  const t = s1 << 9;
  state[2] ^= state[0];
  state[3] ^= s1;
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= t;
  const s3 = state[3];
  state[3] = (s3 << 11) | (s3 >>> 21);
  return result;
}

/**
 * Fills `state` `[4]` from text by four murmur3-style hashes with different seeds, so that streams
 * whose paths differ in one character start far apart.
 */
export function seedFromText(text: string): Uint32Array {
  const bytes = new TextEncoder().encode(text);
  const state = new Uint32Array(4);
  for (let lane = 0; lane < 4; lane++) state[lane] = murmur3(bytes, 0x9e3779b9 * (lane + 1));
  // The all-zero state is the generator's one fixed point.
  if ((state[0] | state[1] | state[2] | state[3]) === 0) state[0] = 1;
  return state;
}

/** MurmurHash3 x86-32 (Appleby, public domain) of `bytes`. */
function murmur3(bytes: Uint8Array, seed: number): number {
  const scramble = (k: number) => {
    k = Math.imul(k, 0xcc9e2d51);
    return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  };
  let h = seed | 0;
  const blocks = bytes.length >> 2;
  for (let b = 0; b < blocks; b++) {
    const i = b << 2;
    h ^= scramble(
      bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24),
    );
    h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= blocks << 2; i--) tail = (tail << 8) | bytes[i];
  h ^= scramble(tail) ^ bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
