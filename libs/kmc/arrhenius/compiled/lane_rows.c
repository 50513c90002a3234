/*
 * Configurations into replicas and out again, all replicas of a word at once.
 *
 * A row is one replica's configuration, a byte a site, 0 or 1. Sixteen sites of sixteen rows are a square of
 * bytes that four rounds of interleaving transpose. A byte of the replicas' sites holds one replica (byte
 * lanes, 0 or 255) or one bit of each of eight (bits). Equal, bit for bit, with ../replica_configuration.ts.
 */
#include "random.h"

static inline void transpose(v128_t *v) {
  for (int round = 0; round < 4; round++) {
    v128_t next[16];
    for (int i = 0; i < 8; i++) {
      next[2 * i] = wasm_i8x16_shuffle(v[i], v[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6,
                                       22, 7, 23);
      next[2 * i + 1] = wasm_i8x16_shuffle(v[i], v[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28,
                                           13, 29, 14, 30, 15, 31);
    }
    for (int i = 0; i < 16; i++) v[i] = next[i];
  }
}

/*
 * vectors: 16 byte columns each, so many a site; in_byte: replicas in a byte, 1 or 8. Sites are taken sixteen
 * at a time: `eta` and rows have room for a multiple of 16.
 */
EXPORT(pack_rows) void pack_rows(uint32_t sites, uint32_t vectors,
                                                         uint32_t in_byte, uint32_t stride,
                                                         const uint8_t *rows, v128_t *eta) {
  for (uint32_t x = 0; x < sites; x += 16) {
    for (uint32_t vector = 0; vector < vectors; vector++) {
      const uint8_t *from = rows + 16 * vector * in_byte * stride + x;
      v128_t v[16];
      for (uint32_t i = 0; i < 16; i++) {
        if (in_byte == 1) {
          v[i] = wasm_i8x16_neg(wasm_v128_load(from + i * stride));
        } else {
          v[i] = wasm_i8x16_splat(0);
          for (uint32_t bit = 8; bit-- > 0;)
            v[i] = wasm_v128_or(wasm_i8x16_add(v[i], v[i]),
                                wasm_v128_load(from + (8 * i + bit) * stride));
        }
      }
      transpose(v);
      for (uint32_t i = 0; i < 16; i++) eta[(x + i) * vectors + vector] = v[i];
    }
  }
}

EXPORT(unpack_rows) void unpack_rows(uint32_t sites, uint32_t vectors,
                                                             uint32_t in_byte, uint32_t stride,
                                                             uint8_t *rows, const v128_t *eta) {
  const v128_t one = wasm_i8x16_splat(1);
  for (uint32_t x = 0; x < sites; x += 16) {
    for (uint32_t vector = 0; vector < vectors; vector++) {
      uint8_t *to = rows + 16 * vector * in_byte * stride + x;
      v128_t v[16];
      for (uint32_t i = 0; i < 16; i++) v[i] = eta[(x + i) * vectors + vector];
      transpose(v);
      for (uint32_t i = 0; i < 16; i++)
        for (uint32_t bit = 0; bit < in_byte; bit++)
          wasm_v128_store(to + (in_byte * i + bit) * stride,
                          wasm_v128_and(wasm_u8x16_shr(v[i], bit), one));
    }
  }
}

/* Counts of byte lanes from nothing: see byte_lanes.c; reference is null for L <= 127. */
EXPORT(count_lanes) void count_lanes(uint32_t sites, uint32_t half_width, const Register *eta, Register *count,
                                     Register *reference, int32_t mirror) {
  const Register mirrors = all((uint8_t)mirror);
  /* Neighbours are particles of the window but the one at its centre; vacancies 2L less neighbours. */
  const uint32_t start = mirror ? 2 * half_width : (uint32_t)-1;
  for (uint32_t p = 0; p < PIECES; p++) {
    Register n = all((uint8_t)start), high = all((uint8_t)(start >> 8));
    for (uint32_t r = 0; r <= 2 * half_width; r++) {
      const Register full = eta[PIECES * (r <= half_width ? r : sites + half_width - r) + p];
      const Register change = full & (mirrors | 1);
      n += change;
      high = next_high(high, n, change, 255);
    }
    uint32_t leaving = sites - half_width, entering = half_width + 1;
    for (uint32_t x = 0; x < sites; x++) {
      count[PIECES * x + p] = n;
      if (reference && x % 64 == 0)
        reference[PIECES * (x / 64) + p] =
            half_width <= 511 ? (Register)((shift_left(high, 3) | shift_right(n, 5)) - 4) : high;
      const Register change =
          ((eta[PIECES * leaving + p] - eta[PIECES * entering + p]) ^ mirrors) - mirrors;
      n += change;
      high = next_high(high, n, change, 255);
      leaving = leaving + 1 == sites ? 0 : leaving + 1;
      entering = entering + 1 == sites ? 0 : entering + 1;
    }
  }
}
