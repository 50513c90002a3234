/*
 * What is read of rows: particles and first moments of their elements, and the fields and currents that follow.
 * Sums are whole numbers below 2^53, hence exact as doubles. Equal, bit for bit, with ../element_sums.ts.
 */
#include "words.h"

typedef struct {
  uint64_t particles, moment;
} Sums;

/* Which of the 64 sites from `at` on are full: bit k is site k. */
static inline uint64_t full_sites(const uint8_t *at) {
  uint64_t full = 0;
  EACH full |= top_bits(-load(at + REGISTER * p)) << (REGISTER * p);
  return full;
}

/* Adds the particles among `count` sites, and the sum of their distances from the site `offset` before. */
static inline Sums add_sites(Sums sums, const uint8_t *row, uint32_t count, uint32_t offset) {
  for (uint32_t r = 0; r < count; r += 64) {
    uint64_t full = full_sites(row + r);
    if (count - r < 64) full &= (UINT64_C(1) << (count - r)) - 1;
    const uint64_t n = (uint64_t)__builtin_popcountll(full);
    sums.particles += n;
    sums.moment += n * ((uint64_t)offset + r) +
                   (uint64_t)(__builtin_popcountll(full & UINT64_C(0xaaaaaaaaaaaaaaaa)) +
                              2 * __builtin_popcountll(full & UINT64_C(0xcccccccccccccccc)) +
                              4 * __builtin_popcountll(full & UINT64_C(0xf0f0f0f0f0f0f0f0)) +
                              8 * __builtin_popcountll(full & UINT64_C(0xff00ff00ff00ff00)) +
                              16 * __builtin_popcountll(full & UINT64_C(0xffff0000ffff0000)) +
                              32 * __builtin_popcountll(full >> 32));
  }
  return sums;
}

/*
 * sums: [rows][2 elements + 1], each row's particles by element, then its first moments, then the particles up to the
 * row's end. The first of the elements of `length` sites begins at shifts[k] of row k and goes around. Rows end in 64
 * bytes that may be read.
 */
EXPORT(sum_rows) void sum_rows(uint32_t sites, uint32_t stride, uint32_t rows, uint32_t length,
                               uint32_t elements, const uint8_t *row, const int32_t *shifts,
                               double *sums) {
  for (uint32_t k = 0; k < rows; k++, row += stride, sums += 2 * elements + 1) {
    uint64_t up_to_end = 0, before_end = ~UINT64_C(0);
    uint32_t from = (uint32_t)shifts[k];
    for (uint32_t e = 0; e < elements; e++) {
      const uint32_t first = sites - from < length ? sites - from : length;
      Sums s = add_sites((Sums){0, 0}, row + from, first, 0);
      up_to_end += s.particles & before_end;
      from += length;
      if (from >= sites) {
        s = add_sites(s, row, length - first, first);
        from -= sites;
        before_end = 0;
      }
      sums[e] = (double)s.particles;
      sums[elements + e] = (double)s.moment;
    }
    sums[2 * elements] = (double)up_to_end;
  }
}

/* z: [rows][stride], of which the first `elements` are the field, in units of `unit`. */
EXPORT(read_fields) void read_fields(uint32_t rows, uint32_t elements, uint32_t length, double unit,
                                     const double *sums, double *z, uint32_t stride) {
  for (uint32_t k = 0; k < rows; k++, sums += 2 * elements + 1, z += stride) {
    const double *moment = sums + elements;
    double before = moment[elements - 1];
    for (uint32_t e = 0; e < elements; e++) {
      z[e] = (sums[e] * length - moment[e] + before) * unit;
      before = moment[e];
    }
  }
}

/* current: [rows][stride], net currents of the elements between two readings; through: net hops over the rows' ends. */
EXPORT(read_currents) void read_currents(uint32_t rows, uint32_t elements, uint32_t length, double unit,
                                         const double *before, const double *after,
                                         const int32_t *through, double *current, uint32_t stride) {
  for (uint32_t k = 0; k < rows; k++, current += stride) {
    /* The current into the element's first site. */
    double entering = through[k] + after[2 * elements] - before[2 * elements];
    for (uint32_t e = 0; e < elements; e++) {
      entering -= after[e] - before[e];
      current[e] = (length * entering + after[elements + e] - before[elements + e]) * unit;
    }
    before += 2 * elements + 1;
    after += 2 * elements + 1;
  }
}
