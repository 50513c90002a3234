/* Random bits for the engines; kept equal, bit for bit, with ../lane_random.ts. */
#ifndef SPIEDIFF_RANDOM_H
#define SPIEDIFF_RANDOM_H
#include <stdint.h>
#include "vectors.h"

/* One stream of xoshiro128** (Blackman & Vigna): the attempted bonds. */
typedef struct {
  uint32_t s0, s1, s2, s3;
} Stream;

static inline uint32_t rotate(uint32_t x, int k) { return (x << k) | (x >> (32 - k)); }

static inline uint32_t draw(Stream *r) {
  const uint32_t result = rotate(r->s1 * 5, 7) * 9;
  const uint32_t t = r->s1 << 9;
  r->s2 ^= r->s0;
  r->s3 ^= r->s1;
  r->s1 ^= r->s2;
  r->s0 ^= r->s3;
  r->s2 ^= t;
  r->s3 = rotate(r->s3, 11);
  return result;
}

/* The next draw from a list of draws made before (attempt_order.c), or from the stream where there is no list. */
static inline uint32_t take(Stream *r, const uint32_t **list) { return *list ? *(*list)++ : draw(r); }

/* Four streams of xoshiro128++ side by side: acceptance bits. */
typedef struct {
  v128_t s0, s1, s2, s3;
} Lanes;

static inline v128_t rotate_lanes(v128_t x, int k) {
  return wasm_v128_or(wasm_i32x4_shl(x, k), wasm_u32x4_shr(x, 32 - k));
}

static inline v128_t draw_lanes(Lanes *r) {
  const v128_t sum = wasm_i32x4_add(r->s0, r->s3);
  const v128_t result = wasm_i32x4_add(rotate_lanes(sum, 7), r->s0);
  const v128_t t = wasm_i32x4_shl(r->s1, 9);
  r->s2 = wasm_v128_xor(r->s2, r->s0);
  r->s3 = wasm_v128_xor(r->s3, r->s1);
  r->s1 = wasm_v128_xor(r->s1, r->s2);
  r->s0 = wasm_v128_xor(r->s0, r->s3);
  r->s2 = wasm_v128_xor(r->s2, t);
  r->s3 = rotate_lanes(r->s3, 11);
  return result;
}
#endif
