/*
 * Nearest neighbours (L = 1), 256 replicas: bit k of a site's word is replica k's occupation.
 *
 * All replicas attempt the same bond; whether each accepts is decided by bits of its own. A lane of
 * the slower class is accepted with probability p / 2^32, by comparing random bits with p's from the
 * top until every lane is decided.
 */
#include "random.h"

static inline __attribute__((always_inline)) uint64_t attempts_of(
    uint32_t sites, uint32_t attempts, v128_t *eta, Stream *stream, Lanes *lanes, uint32_t p,
    uint32_t crowded_is_free, uint32_t all_free, int32_t *through, const uint32_t *list) {
  Stream bonds = *stream;
  Lanes bits = *lanes;
  const v128_t zero = wasm_i32x4_splat(0);
  const v128_t flip = wasm_i32x4_splat(crowded_is_free ? 0 : -1);
  const v128_t free = wasm_i32x4_splat(all_free ? -1 : 0);
  v128_t hops = zero;
  for (uint32_t done = 0; done < attempts;) {
    /* Byte counters hold 15 attempts of at most 16 hops a byte. */
    const uint32_t end = attempts - done > 15 ? done + 15 : attempts;
    v128_t counted = zero;
    for (; done < end; done++) {
      const uint32_t x = (uint32_t)(((uint64_t)take(&bonds, &list) * sites) >> 32);
      const uint32_t y = x + 1 == sites ? 0 : x + 1;
      const uint32_t before = x == 0 ? sites - 1 : x - 1;
      const uint32_t after = y + 1 == sites ? 0 : y + 1;
      v128_t *at = eta + 2 * x, *to = eta + 2 * y;
      const v128_t a0 = at[0], a1 = at[1], b0 = to[0], b1 = to[1];
      const v128_t active0 = wasm_v128_xor(a0, b0), active1 = wasm_v128_xor(a1, b1);
      /* Where the bond is active, exactly one end is full: its other neighbour decides. */
      const v128_t crowded0 = wasm_v128_bitselect(eta[2 * before], eta[2 * after], a0);
      const v128_t crowded1 = wasm_v128_bitselect(eta[2 * before + 1], eta[2 * after + 1], a1);
      const v128_t free0 = wasm_v128_or(wasm_v128_xor(crowded0, flip), free);
      const v128_t free1 = wasm_v128_or(wasm_v128_xor(crowded1, flip), free);
      v128_t accept0 = wasm_v128_and(active0, free0), accept1 = wasm_v128_and(active1, free1);
      v128_t open0 = wasm_v128_andnot(active0, free0), open1 = wasm_v128_andnot(active1, free1);
      for (uint32_t rest = p; rest != 0; rest <<= 1) {
        if (!wasm_v128_any_true(wasm_v128_or(open0, open1))) break;
        const v128_t r0 = draw_lanes(&bits), r1 = draw_lanes(&bits);
        if (rest >> 31) {
          accept0 = wasm_v128_or(accept0, wasm_v128_andnot(open0, r0));
          accept1 = wasm_v128_or(accept1, wasm_v128_andnot(open1, r1));
          open0 = wasm_v128_and(open0, r0);
          open1 = wasm_v128_and(open1, r1);
        } else {
          open0 = wasm_v128_andnot(open0, r0);
          open1 = wasm_v128_andnot(open1, r1);
        }
      }
      at[0] = wasm_v128_xor(a0, accept0);
      at[1] = wasm_v128_xor(a1, accept1);
      to[0] = wasm_v128_xor(b0, accept0);
      to[1] = wasm_v128_xor(b1, accept1);
      counted = wasm_i8x16_add(counted, wasm_i8x16_popcnt(accept0));
      counted = wasm_i8x16_add(counted, wasm_i8x16_popcnt(accept1));
      if (y == 0) {
        /* The last bond: net hops through it fix the currents of all others. */
        const v128_t right[2] = {wasm_v128_and(accept0, a0), wasm_v128_and(accept1, a1)};
        const v128_t left[2] = {wasm_v128_and(accept0, b0), wasm_v128_and(accept1, b1)};
        const uint32_t *forth = (const uint32_t *)right, *back = (const uint32_t *)left;
        for (uint32_t k = 0; k < 256; k++)
          through[k] += (int32_t)(forth[k >> 5] >> (k & 31) & 1) - (int32_t)(back[k >> 5] >> (k & 31) & 1);
      }
    }
    const v128_t wide = wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(counted));
    hops = wasm_i64x2_add(hops, wasm_i64x2_add(wasm_u64x2_extend_low_u32x4(wide),
                                               wasm_u64x2_extend_high_u32x4(wide)));
  }
  *stream = bonds;
  *lanes = bits;
  return (uint64_t)wasm_i64x2_extract_lane(hops, 0) + (uint64_t)wasm_i64x2_extract_lane(hops, 1);
}

EXPORT(attempt_bits) uint64_t attempt_bits(
    uint32_t sites, uint32_t attempts, v128_t *eta, Stream *stream, Lanes *lanes, uint32_t p,
    uint32_t crowded_is_free, uint32_t all_free, int32_t *through, const uint32_t *list) {
  /* A loop for each: asking at every attempt costs 5 to 10 %. */
  return list ? attempts_of(sites, attempts, eta, stream, lanes, p, crowded_is_free, all_free, through, list)
              : attempts_of(sites, attempts, eta, stream, lanes, p, crowded_is_free, all_free, through, 0);
}
