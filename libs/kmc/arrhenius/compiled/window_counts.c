/*
 * The constant kernel, one realization: a site is one number, twice its window count plus its occupation, so
 * that an attempt reads one place and a hop writes three; of 8 bits for L <= 63, of 16 for more. Equal, bit
 * for bit, with ../rejection.ts.
 */
#include "random.h"

#define ENGINE(TYPE, ATTEMPT, PACK, UNPACK)                                                        \
  EXPORT(ATTEMPT) uint32_t ATTEMPT(                                         \
      uint32_t sites, uint32_t half_width, uint32_t attempts, TYPE *site,                          \
      const uint32_t *threshold, uint32_t one_draw, Stream *stream, int32_t *net_hops) {           \
    Stream random = *stream;                                                                       \
    uint32_t hops = 0;                                                                             \
    int32_t net = 0;                                                                               \
    for (uint32_t k = 0; k < attempts; k++) {                                                      \
      const uint64_t wide = (uint64_t)draw(&random) * sites;                                       \
      const uint32_t x = (uint32_t)(wide >> 32);                                                   \
      const uint32_t y = x + 1 == sites ? 0 : x + 1;                                               \
      const uint32_t fraction = (one_draw ? (uint32_t)wide : draw(&random)) >> 8;                  \
      const uint32_t a = site[x], b = site[y], right = a & 1;                                      \
      const uint32_t from = right ? a : b;                                                         \
      if (!passes((a ^ b) & 1 & (fraction < threshold[from >> 1]))) continue;                      \
      hops++;                                                                                      \
      net += right ? 1 : -1;                                                                       \
      site[x] = (TYPE)(a ^ 1);                                                                     \
      site[y] = (TYPE)(b ^ 1);                                                                     \
      const uint32_t low = x < half_width ? x + sites - half_width : x - half_width;               \
      const uint32_t far = y + half_width;                                                         \
      const uint32_t high = far >= sites ? far - sites : far;                                      \
      const int32_t change = right ? 2 : -2;                                                       \
      site[low] = (TYPE)(site[low] - change);                                                      \
      site[high] = (TYPE)(site[high] + change);                                                    \
    }                                                                                              \
    *stream = random;                                                                              \
    *net_hops += net;                                                                              \
    return hops;                                                                                   \
  }                                                                                                \
  EXPORT(PACK) void PACK(uint32_t sites, TYPE *site, const uint8_t *eta,    \
                                                const int32_t *count) {                            \
    for (uint32_t x = 0; x < sites; x++) site[x] = (TYPE)(2 * count[x] + eta[x]);                  \
  }                                                                                                \
  EXPORT(UNPACK) void UNPACK(uint32_t sites, const TYPE *site, uint8_t *eta, \
                                                    int32_t *count) {                              \
    for (uint32_t x = 0; x < sites; x++) {                                                         \
      eta[x] = site[x] & 1;                                                                        \
      count[x] = site[x] >> 1;                                                                     \
    }                                                                                              \
  }

ENGINE(uint8_t, attempt_counts_8, pack_8, unpack_8)
ENGINE(uint16_t, attempt_counts_16, pack_16, unpack_16)
