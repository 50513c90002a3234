/* Random bits for the engines; kept equal, bit for bit, with ../lane_random.ts. */
#ifndef SPIEDIFF_RANDOM_H
#define SPIEDIFF_RANDOM_H
#include <stdint.h>
#include "words.h"

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

/*
 * Whether an attempt passes, as one jump that is rarely taken: GCC makes two of the conditions in it, of which the
 * first cannot be foreseen, and loops of half the speed.
 */
static inline int passes(uint32_t condition) {
#ifndef __wasm__
  __asm__("" : "+r"(condition));
#endif
  return __builtin_expect(condition != 0, 0);
}

/* The next draw from a list of draws made before (attempt_order.c), or from the stream where there is no list. */
static inline uint32_t take(Stream *r, const uint32_t **list) { return *list ? *(*list)++ : draw(r); }

/* Sixteen streams of xoshiro128++ side by side: acceptance bits, a word of them at a time. */
typedef struct {
  Register s[4][PIECES];
} Lanes;

/* The streams where a loop draws from them: in registers where these hold them, else where they are. */
static inline Lanes *near_lanes(Lanes *lanes, Lanes *own) {
  if (PIECES > 1) return lanes;
  *own = *lanes;
  return own;
}
static inline void keep_lanes(Lanes *lanes, const Lanes *own) {
  if (PIECES == 1) *lanes = *own;
}

/* The next bits of a piece of the word. */
static inline Register draw_piece(Lanes *r, int p) {
  const Register32 s0 = (Register32)r->s[0][p], s1 = (Register32)r->s[1][p];
  const Register32 s2 = (Register32)r->s[2][p] ^ s0, s3 = (Register32)r->s[3][p] ^ s1;
  const Register sum = (Register)((Register32)r->s[3][p] + s0);
  r->s[1][p] = (Register)(s1 ^ s2);
  r->s[0][p] = (Register)(s0 ^ s3);
  r->s[2][p] = (Register)(s2 ^ (s1 << 9));
  r->s[3][p] = rotate_words((Register)s3, 11);
  return (Register)((Register32)rotate_words(sum, 7) + s0);
}
#endif
