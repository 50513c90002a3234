/*
 * Uniformised rejection for 16 replicas at once, one per byte lane of a 128-bit vector.
 *
 * All replicas share the sequence of attempted bonds; each accepts with its own random bits. Given
 * independent (and randomly shifted) initial states, each replica is exact in law; replicas are
 * independent given the sequence (lanes.ts says how errors take that into account).
 *
 * Built by build_lanes.ts into lanes_wasm.ts:
 *   clang --target=wasm32 -O3 -msimd128 -nostdlib -Wl,--no-entry,--strip-all,--import-memory
 */
#include <wasm_simd128.h>

typedef unsigned int u32;
typedef unsigned long long u64;

static inline u32 rotl(u32 x, int k) { return (x << k) | (x >> (32 - k)); }

/* xoshiro128** (Blackman & Vigna): which bond. */
static inline u32 draw(u32 *s) {
  const u32 result = rotl(s[1] * 5, 7) * 9;
  const u32 t = s[1] << 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotl(s[3], 11);
  return result;
}

static inline v128_t rotl4(v128_t x, int k) {
  return wasm_v128_or(wasm_i32x4_shl(x, k), wasm_u32x4_shr(x, 32 - k));
}

/*
 * occupation [n]: 0x00 or 0xff per lane; count [n]: particles within `half` sites, itself included;
 * table [tables]: first 8 bits of the acceptance probability by count, 16 counts a vector;
 * rest [16 * tables]: what is left of it, in units of 2^-32, 0 .. 2^24;
 * bonds [4], lanes [4]: generator states. Returns the number of accepted hops, all lanes together.
 */
__attribute__((export_name("run"))) u32 run(v128_t *occupation, v128_t *count, u32 n, u32 half,
                                            const v128_t *table, u32 tables, const u32 *rest,
                                            u32 *bonds, v128_t *lanes, u32 attempts) {
  u32 state[4] = {bonds[0], bonds[1], bonds[2], bonds[3]};
  v128_t s0 = lanes[0], s1 = lanes[1], s2 = lanes[2], s3 = lanes[3];
  u32 hops = 0;
  for (u32 k = 0; k < attempts; k++) {
    const u32 x = (u32)(((u64)draw(state) * n) >> 32);
    const u32 y = x + 1 == n ? 0 : x + 1;
    const u32 low = x >= half ? x - half : x + n - half;
    const u32 high = y + half < n ? y + half : y + half - n;

    /* xoshiro128++ in four 32-bit lanes: one byte for each replica. */
    const v128_t random = wasm_i32x4_add(rotl4(wasm_i32x4_add(s0, s3), 7), s0);
    const v128_t t = wasm_i32x4_shl(s1, 9);
    s2 = wasm_v128_xor(s2, s0);
    s3 = wasm_v128_xor(s3, s1);
    s1 = wasm_v128_xor(s1, s2);
    s0 = wasm_v128_xor(s0, s3);
    s2 = wasm_v128_xor(s2, t);
    s3 = rotl4(s3, 11);

    const v128_t a = occupation[x], b = occupation[y];
    const v128_t active = wasm_v128_xor(a, b);
    v128_t index = wasm_v128_bitselect(count[x], count[y], a);
    /* Swizzling gives 0 for an index of 16 or more, so that the right table is picked by itself. */
    const v128_t c = index;
    v128_t first = wasm_i8x16_swizzle(table[0], index);
    for (u32 i = 1; i < tables; i++) {
      index = wasm_i8x16_sub(index, wasm_i8x16_const_splat(16));
      first = wasm_v128_or(first, wasm_i8x16_swizzle(table[i], index));
    }
    v128_t accept = wasm_v128_and(wasm_u8x16_lt(random, first), active);
    const v128_t undecided = wasm_v128_and(wasm_i8x16_eq(random, first), active);
    u32 open = wasm_i8x16_bitmask(undecided);
    if (__builtin_expect(open != 0, 0)) {
      /* The first 8 bits agree: 24 further bits decide. */
      unsigned char counts[16], accepted[16];
      wasm_v128_store(counts, c);
      wasm_v128_store(accepted, accept);
      do {
        const u32 lane = __builtin_ctz(open);
        open &= open - 1;
        if ((draw(state) >> 8) < rest[counts[lane]]) accepted[lane] = 0xff;
      } while (open != 0);
      accept = wasm_v128_load(accepted);
    }
    const v128_t right = wasm_v128_and(accept, a), left = wasm_v128_and(accept, b);
    /* A mask is -1: adding it takes one away. */
    const v128_t change = wasm_i8x16_sub(right, left);
    occupation[x] = wasm_v128_xor(a, accept);
    occupation[y] = wasm_v128_xor(b, accept);
    count[low] = wasm_i8x16_add(count[low], change);
    count[high] = wasm_i8x16_sub(count[high], change);
    hops += __builtin_popcount(wasm_i8x16_bitmask(accept));
  }
  for (int i = 0; i < 4; i++) bonds[i] = state[i];
  lanes[0] = s0;
  lanes[1] = s1;
  lanes[2] = s2;
  lanes[3] = s3;
  return hops;
}
