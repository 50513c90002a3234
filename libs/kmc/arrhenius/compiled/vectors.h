/*
 * Vectors of 128 bits for WebAssembly and, under the same names, for every processor that GCC and clang know: by
 * their vector extensions, and by intrinsics where these have no words for it.
 */
#ifndef SPIEDIFF_VECTORS_H
#define SPIEDIFF_VECTORS_H
#include <stdint.h>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#define EXPORT(name) __attribute__((export_name(#name)))
#else
#define EXPORT(name) __attribute__((visibility("default")))

#if defined(__SSE4_1__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define VECTOR __attribute__((vector_size(16), may_alias))
typedef int32_t v128_t VECTOR;
typedef uint8_t Bytes VECTOR;
typedef int8_t SignedBytes VECTOR;
typedef uint32_t Words VECTOR;
typedef uint64_t Longs VECTOR;
typedef v128_t __attribute__((aligned(1))) Anywhere;

#ifdef __clang__
#define SHUFFLE(a, b, ...) (v128_t) __builtin_shufflevector((Bytes)(a), (Bytes)(b), __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) (v128_t) __builtin_shuffle((Bytes)(a), (Bytes)(b), (Bytes){__VA_ARGS__})
#endif
#define wasm_i8x16_shuffle(a, b, ...) SHUFFLE(a, b, __VA_ARGS__)

static inline v128_t wasm_v128_load(const void *from) { return *(const Anywhere *)from; }
static inline void wasm_v128_store(void *to, v128_t v) { *(Anywhere *)to = v; }
static inline v128_t wasm_v128_and(v128_t a, v128_t b) { return a & b; }
static inline v128_t wasm_v128_or(v128_t a, v128_t b) { return a | b; }
static inline int wasm_v128_any_true(v128_t v) {
  const Longs both = (Longs)v;
  return (both[0] | both[1]) != 0;
}

static inline v128_t wasm_i8x16_splat(int8_t v) { return (v128_t)(((SignedBytes){0}) + v); }
static inline v128_t wasm_i32x4_splat(int32_t v) { return ((v128_t){0}) + v; }
static inline v128_t wasm_i8x16_add(v128_t a, v128_t b) { return (v128_t)((Bytes)a + (Bytes)b); }
static inline v128_t wasm_i8x16_neg(v128_t a) { return (v128_t)(-(Bytes)a); }
static inline v128_t wasm_i8x16_ne(v128_t a, v128_t b) { return (v128_t)((Bytes)a != (Bytes)b); }
static inline v128_t wasm_i8x16_gt(v128_t a, v128_t b) {
  return (v128_t)((SignedBytes)a > (SignedBytes)b);
}
static inline v128_t wasm_u8x16_sub_sat(v128_t a, v128_t b) {
  return (v128_t)((Bytes)a - (Bytes)b) & (v128_t)((Bytes)a > (Bytes)b);
}
static inline v128_t wasm_u8x16_shr(v128_t a, int k) { return (v128_t)((Bytes)a >> (uint8_t)k); }
static inline v128_t wasm_i32x4_add(v128_t a, v128_t b) { return (v128_t)((Words)a + (Words)b); }
static inline v128_t wasm_i32x4_sub(v128_t a, v128_t b) { return (v128_t)((Words)a - (Words)b); }

static inline v128_t wasm_i8x16_popcnt(v128_t v) {
  const Bytes pairs = (Bytes)v - (((Bytes)v >> 1) & 0x55);
  const Bytes fours = (pairs & 0x33) + ((pairs >> 2) & 0x33);
  return (v128_t)((fours + (fours >> 4)) & 0x0f);
}

/* table[index], 0 where the index is 16 or more. */
static inline v128_t wasm_i8x16_swizzle(v128_t table, v128_t index) {
#if defined(__SSE4_1__)
  const Bytes far = (Bytes)index | ((Bytes)index > 15);
  return (v128_t)_mm_shuffle_epi8((__m128i)table, (__m128i)far);
#elif defined(__aarch64__)
  return (v128_t)vqtbl1q_u8((uint8x16_t)table, (uint8x16_t)index);
#else
  Bytes out = {0};
  for (int k = 0; k < 16; k++) {
    const uint8_t at = ((Bytes)index)[k];
    out[k] = at < 16 ? ((Bytes)table)[at] : 0;
  }
  return (v128_t)out;
#endif
}

/* Bit k is the highest of byte k. */
static inline uint32_t wasm_i8x16_bitmask(v128_t v) {
#if defined(__SSE4_1__)
  return (uint32_t)_mm_movemask_epi8((__m128i)v);
#else
  uint32_t mask = 0;
  for (int k = 0; k < 16; k++) mask |= (uint32_t)(((Bytes)v)[k] >> 7) << k;
  return mask;
#endif
}
#endif
#endif
