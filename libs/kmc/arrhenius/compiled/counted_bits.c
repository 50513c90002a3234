/*
 * The constant kernel, one realization on a lattice beyond the caches: a bit a site, and the window count of every
 * 32nd, a tenth of the memory of 16 bits a site. Counts in between follow from what enters and leaves
 * the window on the way, by counting bits. A hop writes two bits, and one time in 16 a count. Equal, bit for bit,
 * with ../rejection.ts.
 *
 * Site x is bit halo + x. The ring goes on for halo = L + 8 sites (N at most) at either end, so that what passes
 * is read at a stretch; sixteen bytes after the last bit may be read.
 */
#include "random.h"

/* Not aligned. */
typedef uint64_t __attribute__((aligned(1), may_alias)) Bits;
typedef uint16_t __attribute__((aligned(1), may_alias)) Ends;

/* The bits that enter and leave from sites 0, 32, ... on; those that enter begin within a byte. */
typedef struct {
  const uint8_t *enter, *leave;
  uint32_t shift;
} Windows;

static inline Windows windows_of(const uint8_t *bits, uint32_t halo, uint32_t half_width) {
  const uint32_t end = halo + half_width + 1;
  return (Windows){bits + (end >> 3), bits + ((halo - half_width) >> 3), end & 7};
}

/* The count of site x + next, from the reference before x. */
static inline uint32_t count_at(const Windows *w, const uint16_t *reference, uint32_t x,
                                uint32_t next) {
  const uint32_t block = x >> 5;
  const uint64_t passed = ~(~UINT64_C(0) << ((x & 31) + next));
  const uint64_t enter = *(const Bits *)(w->enter + 4 * block) >> w->shift & passed;
  const uint64_t leave = *(const Bits *)(w->leave + 4 * block) & passed;
  return (uint32_t)(reference[block] + __builtin_popcountll(enter) - __builtin_popcountll(leave));
}

static inline void flip(uint8_t *bits, uint32_t at) { bits[at >> 3] ^= (uint8_t)(1 << (at & 7)); }

/* Flips what stands for site x in the halo. */
static inline void flip_copies(uint8_t *bits, uint32_t sites, uint32_t halo, uint32_t x) {
  if (x < halo) flip(bits, halo + x + sites);
  if (x + halo >= sites) flip(bits, halo + x - sites);
}

/* After a hop over the bond from x on, whose own two bits are flipped already. */
static void close_ring(uint8_t *bits, uint32_t sites, uint32_t halo, uint32_t x) {
  flip_copies(bits, sites, halo, x);
  /* The last bond ends in the halo. */
  if (x + 1 == sites) flip(bits, halo);
  else flip_copies(bits, sites, halo, x + 1);
}

static inline void refer(uint16_t *reference, uint32_t x, int32_t change) {
  if (__builtin_expect(!(x & 31), 0)) reference[x >> 5] = (uint16_t)(reference[x >> 5] + change);
}

EXPORT(attempt_counted_bits) uint32_t attempt_counted_bits(
    uint32_t sites, uint32_t half_width, uint32_t halo, uint32_t attempts, uint8_t *bits,
    uint16_t *reference, const uint32_t *threshold, uint32_t one_draw, Stream *stream,
    int32_t *net_hops) {
  const Windows windows = windows_of(bits, halo, half_width);
  Stream random = *stream;
  uint32_t hops = 0;
  int32_t net = 0;
  for (uint32_t k = 0; k < attempts; k++) {
    const uint64_t wide = (uint64_t)draw(&random) * sites;
    const uint32_t x = (uint32_t)(wide >> 32), at = halo + x, shift = at & 7;
    const uint32_t fraction = (one_draw ? (uint32_t)wide : draw(&random)) >> 8;
    Ends *const ends = (Ends *)(bits + (at >> 3));
    const uint32_t both = *ends, right = both >> shift & 1;
    const uint32_t active = (both ^ both >> 1) >> shift & 1;
    const uint32_t count = count_at(&windows, reference, x, right ^ 1);
    if (!passes(active & (fraction < threshold[count]))) continue;
    hops++;
    *ends = (uint16_t)(both ^ 3u << shift);
    if (__builtin_expect(x < halo || x + 1 + halo >= sites, 0)) close_ring(bits, sites, halo, x);
    const int32_t change = right ? 1 : -1;
    net += change;
    const uint32_t far = x + 1 + half_width;
    refer(reference, x < half_width ? x + sites - half_width : x - half_width, -change);
    refer(reference, far >= sites ? far - sites : far, change);
  }
  *stream = random;
  *net_hops += net;
  return hops;
}

EXPORT(pack_counted_bits) void pack_counted_bits(
    uint32_t sites, uint32_t halo, uint8_t *bits, uint16_t *reference, const uint8_t *eta,
    const int32_t *count) {
  uint32_t x = sites - halo;
  for (uint32_t at = 0; at < sites + 2 * halo; at += 8, x = x + 8 < sites ? x + 8 : x + 8 - sites) {
    uint32_t byte = 0;
    if (x + 8 <= sites) {
      /* Byte k, zero or one, becomes bit k. */
      byte = (uint32_t)(*(const Bits *)(eta + x) * UINT64_C(0x0102040810204080) >> 56);
    } else {
      for (uint32_t k = 0; k < 8; k++) byte |= (uint32_t)eta[(x + k) % sites] << k;
    }
    bits[at >> 3] = (uint8_t)byte;
  }
  for (x = 0; x < sites; x += 32) reference[x >> 5] = (uint16_t)count[x];
}

/* Bits before each of a nibble's four, for all nibbles. */
static const int32_t before[16][4] = {
    {0, 0, 0, 0}, {0, 1, 1, 1}, {0, 0, 1, 1}, {0, 1, 2, 2}, {0, 0, 0, 1}, {0, 1, 1, 2},
    {0, 0, 1, 2}, {0, 1, 2, 3}, {0, 0, 0, 0}, {0, 1, 1, 1}, {0, 0, 1, 1}, {0, 1, 2, 2},
    {0, 0, 0, 1}, {0, 1, 1, 2}, {0, 0, 1, 2}, {0, 1, 2, 3}};

/* Sites are written in blocks of 32: eta and count must have room for whole ones. */
EXPORT(unpack_counted_bits) void unpack_counted_bits(
    uint32_t sites, uint32_t half_width, uint32_t halo, const uint8_t *bits,
    const uint16_t *reference, uint8_t *eta, int32_t *count) {
  const Windows windows = windows_of(bits, halo, half_width);
  for (uint32_t from = 0; from < sites; from += 32) {
    uint64_t own = *(const Bits *)(bits + ((halo + from) >> 3)) >> (halo & 7);
    uint64_t enter = *(const Bits *)(windows.enter + (from >> 3)) >> windows.shift;
    uint64_t leave = *(const Bits *)(windows.leave + (from >> 3));
    int32_t here = reference[from >> 5];
    for (uint32_t x = from; x < from + 32; x += 4, own >>= 4, enter >>= 4, leave >>= 4) {
      const v128_t gain = wasm_i32x4_sub(wasm_v128_load(before[enter & 15]),
                                         wasm_v128_load(before[leave & 15]));
      wasm_v128_store(count + x, wasm_i32x4_add(wasm_i32x4_splat(here), gain));
      here += __builtin_popcountll(enter & 15) - __builtin_popcountll(leave & 15);
      /* Bit k becomes byte k. */
      *(uint32_t *)(eta + x) = ((uint32_t)own & 15) * 0x00204081u & 0x01010101u;
    }
  }
}
