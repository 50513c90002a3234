/*
 * Words of 512 bits, which hold a bit or a byte of each replica: in as many registers as the processor needs for
 * them. What a word does to its bits is the same in one register of 64 bytes as in four of 16.
 */
#ifndef SPIEDIFF_WORDS_H
#define SPIEDIFF_WORDS_H
#include "vectors.h"

#if defined(__AVX512BW__)
#define REGISTER 64
#elif defined(__AVX2__)
#define REGISTER 32
#else
#define REGISTER 16
#endif
#define WORD 64
#define PIECES (WORD / REGISTER)
/* Arrays of registers stay in registers only where loops over them are gone. */
#ifdef __clang__
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 4")
#endif
#define EACH UNROLLED for (int p = 0; p < PIECES; p++)

/* A register as bytes, and as what else it can hold. */
typedef uint8_t Register __attribute__((vector_size(REGISTER), may_alias));
typedef int8_t SignedRegister __attribute__((vector_size(REGISTER), may_alias));
typedef uint16_t Register16 __attribute__((vector_size(REGISTER), may_alias));
typedef uint32_t Register32 __attribute__((vector_size(REGISTER), may_alias));
typedef uint64_t Register64 __attribute__((vector_size(REGISTER), may_alias));
typedef Register __attribute__((aligned(1))) Unaligned;

static inline Register load(const void *from) { return *(const Unaligned *)from; }
static inline void store(void *to, Register v) { *(Unaligned *)to = v; }
static inline Register all(uint8_t byte) { return (Register){0} + byte; }

/* Bytes shifted right, each by itself. */
static inline Register shift_right(Register v, int k) {
  return (Register)((Register16)v >> (uint16_t)k) & (uint8_t)(0xff >> k);
}
static inline Register shift_left(Register v, int k) {
  return (Register)((Register16)v << (uint16_t)k) & (uint8_t)(0xff << k);
}

/* Where the mask's bits are set a, elsewhere b. */
static inline Register select(Register mask, Register a, Register b) {
#if REGISTER == 64
  return (Register)_mm512_ternarylogic_epi64((__m512i)mask, (__m512i)a, (__m512i)b, 0xca);
#elif defined(__wasm_simd128__)
  return (Register)wasm_v128_bitselect((v128_t)a, (v128_t)b, (v128_t)mask);
#else
  return b ^ ((a ^ b) & mask);
#endif
}

static inline int any(Register v) {
#if REGISTER == 64
  return _mm512_test_epi64_mask((__m512i)v, (__m512i)v) != 0;
#elif REGISTER == 32
  return !_mm256_testz_si256((__m256i)v, (__m256i)v);
#else
  return wasm_v128_any_true((v128_t)v);
#endif
}

/* Bit k is the highest of byte k. */
static inline uint64_t top_bits(Register v) {
#if REGISTER == 64
  return _mm512_movepi8_mask((__m512i)v);
#elif REGISTER == 32
  return (uint32_t)_mm256_movemask_epi8((__m256i)v);
#else
  return wasm_i8x16_bitmask((v128_t)v);
#endif
}

/* By how much bytes of a exceed those of b; 0 where they do not. */
static inline Register excess(Register a, Register b) {
#if REGISTER == 64
  return (Register)_mm512_subs_epu8((__m512i)a, (__m512i)b);
#elif REGISTER == 32
  return (Register)_mm256_subs_epu8((__m256i)a, (__m256i)b);
#else
  return (Register)wasm_u8x16_sub_sat((v128_t)a, (v128_t)b);
#endif
}

/* The lesser of two bytes. */
static inline Register least(Register a, Register b) {
#if REGISTER == 64
  return (Register)_mm512_min_epu8((__m512i)a, (__m512i)b);
#elif REGISTER == 32
  return (Register)_mm256_min_epu8((__m256i)a, (__m256i)b);
#elif defined(__wasm_simd128__)
  return (Register)wasm_u8x16_min((v128_t)a, (v128_t)b);
#else
  return select((Register)(a < b), a, b);
#endif
}

static inline Register rotate_words(Register v, int k) {
  return (Register)((Register32)v << (uint32_t)k | (Register32)v >> (uint32_t)(32 - k));
}

/* Bits set in each byte. */
static inline Register count_bits(Register v) {
#if REGISTER == 64 && defined(__AVX512BITALG__)
  return (Register)_mm512_popcnt_epi8((__m512i)v);
#elif REGISTER == 16
  return (Register)wasm_i8x16_popcnt((v128_t)v);
#else
  const Register pairs = v - (shift_right(v, 1) & 0x55);
  const Register fours = (pairs & 0x33) + (shift_right(pairs, 2) & 0x33);
  return (fours + shift_right(fours, 4)) & 0x0f;
#endif
}

/* The higher part of a count whose lower one, at most `most`, has just changed to `now`, by 1, 0 or -1. */
static inline Register next_high(Register high, Register now, Register change, uint8_t most) {
  const Register up = (Register)(change == 1) & (Register)(now == 0);
  const Register down = (Register)(change == 255) & (Register)(now == most);
  /* Masks are -1. */
  return high - up + down;
}

static inline uint64_t add_bytes(Register v) {
  const Register16 pairs = ((Register16)v & 0xff) + ((Register16)v >> 8);
  const Register32 fours = ((Register32)pairs & 0xffff) + ((Register32)pairs >> 16);
  const Register64 eights = ((Register64)fours & 0xffffffffu) + ((Register64)fours >> 32);
  uint64_t sum = 0;
  for (int k = 0; k < REGISTER / 8; k++) sum += eights[k];
  return sum;
}

/* entries[index]; 0 where the highest bit of an index is set. Entries are the same in every 16 bytes. */
static inline Register shuffle(Register entries, Register index) {
#if REGISTER == 64
  return (Register)_mm512_shuffle_epi8((__m512i)entries, (__m512i)index);
#elif REGISTER == 32
  return (Register)_mm256_shuffle_epi8((__m256i)entries, (__m256i)index);
#else
  return (Register)wasm_i8x16_swizzle((v128_t)entries, (v128_t)index);
#endif
}

/* A table of 32 bytes, laid out for look_up. */
typedef struct {
  Register low, high;
} Table;

static inline Table table_of(const uint8_t *bytes) {
  uint8_t low[REGISTER], high[REGISTER];
  for (int k = 0; k < REGISTER; k++) {
#if REGISTER == 64 && defined(__AVX512VBMI__)
    low[k] = high[k] = bytes[k % 32];
#else
    low[k] = bytes[k % 16];
    high[k] = bytes[16 + k % 16];
#endif
  }
  return (Table){load(low), load(high)};
}

/* table[index] of an index below 32. */
static inline Register look_up(Table table, Register index) {
#if REGISTER == 64 && defined(__AVX512VBMI__)
  return (Register)_mm512_permutexvar_epi8((__m512i)index, (__m512i)table.low);
#elif REGISTER == 16
  return shuffle(table.low, index) | shuffle(table.high, index - 16);
#else
  /* The highest bit is set where the other half is meant. */
  return shuffle(table.low, index + 0x70) | shuffle(table.high, index - 16);
#endif
}

/* The same of an index below 16. */
static inline Register look_up_low(Table table, Register index) {
#if REGISTER == 64 && defined(__AVX512VBMI__)
  return look_up(table, index);
#else
  return shuffle(table.low, index);
#endif
}
#endif
