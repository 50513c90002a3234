/*
 * The constant kernel, 16 replicas, one per byte of a vector.
 *
 * Occupations are 0 or 255. A site's count m is what the rate of a particle there depends on: its neighbours, or
 * vacancies if J repels. It has 8 bits. (Occupation and count in one byte would halve the memory and is slower: a
 * site's vector would then be written by hops from three sides.) For L > 127 it is kept modulo 256, and every 64th
 * site has its full count, of 16 bits, as a reference besides: counts of neighbouring sites differ by at most one,
 * hence within 64 sites of a reference the eight bits tell the full count.
 *
 * The acceptance probability q^m factors over the digits of m, 4 bits each (5 for L > 127), so a hop is accepted if one random byte per digit passes:
 * byte < head[digit], where head is the leading byte of the digit's probability. A byte equal to the head is a
 * tie, resolved with 32 further bits against tail[digit], unless another digit refuses.
 */
#include "far.h"
#include "random.h"

/* Per digit: 32 leading bytes, then 32 tails in units of 2^-32 (2^32 = certain). */
typedef struct {
  uint8_t head[32];
  uint64_t tail[32];
} Digit;

/* The slow path: lanes in which some byte tied, decided one by one in the order of lanes and digits. */
static __attribute__((noinline)) v128_t settle(v128_t accept, v128_t open, uint32_t digits,
                                               const Digit *table, const v128_t *value,
                                               const v128_t *random, Stream *bonds) {
  uint8_t decided[16];
  wasm_v128_store(decided, accept);
  for (uint32_t ties = wasm_i8x16_bitmask(open); ties != 0; ties &= ties - 1) {
    const uint32_t lane = __builtin_ctz(ties);
    uint32_t passed = 1;
    for (uint32_t d = 0; d < digits; d++) {
      const uint32_t v = ((const uint8_t *)(value + d))[lane];
      if (((const uint8_t *)(random + d))[lane] == table[d].head[v])
        passed &= draw(bonds) < table[d].tail[v];
    }
    decided[lane] = passed ? 255 : 0;
  }
  return wasm_v128_load(decided);
}

/* Books hops over the last bond. */
static inline void cross(v128_t accept, v128_t right, int32_t *through) {
  const uint32_t moved = wasm_i8x16_bitmask(accept);
  const uint32_t forth = wasm_i8x16_bitmask(wasm_v128_and(accept, right));
  for (uint32_t k = 0; k < 16; k++)
    through[k] += (int32_t)(2 * (forth >> k & 1)) - (int32_t)(moved >> k & 1);
}

#define BOND                                                                    \
  const uint32_t x = (uint32_t)(((uint64_t)take(&bonds, &list) * sites) >> 32); \
  const uint32_t y = x + 1 == sites ? 0 : x + 1;                                \
  const uint32_t low = x < half_width ? x + sites - half_width : x - half_width; \
  const uint32_t far = y + half_width;                                          \
  const uint32_t high = far >= sites ? far - sites : far

static inline uint64_t add_bytes(v128_t v) {
  const v128_t wide = wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(v));
  return (uint64_t)wasm_u32x4_extract_lane(wide, 0) + wasm_u32x4_extract_lane(wide, 1) +
         wasm_u32x4_extract_lane(wide, 2) + wasm_u32x4_extract_lane(wide, 3);
}

/*
 * End of the attempts made at a stretch: a byte can count their accepted hops. On large lattices without a list the
 * places of the next few are fetched into the caches together. A tie, which draws from the stream of bonds, spoils
 * the guess.
 */
static inline uint32_t stretch(uint32_t done, uint32_t attempts, uint32_t sites, uint32_t half_width,
                               const v128_t *eta, const v128_t *count, Stream bonds,
                               const uint32_t *list) {
  const uint32_t ahead = sites > FAR_SITES && !list, most = ahead ? 16 : 255;
  const uint32_t end = attempts - done > most ? done + most : attempts;
  if (ahead) {
    uint32_t touched = 0;
    for (; done < end; done++) {
      BOND;
      touched ^= *(const uint32_t *)(eta + x) ^ *(const uint32_t *)(count + y) ^
                 *(const uint32_t *)(count + low) ^ *(const uint32_t *)(count + high);
    }
    fetched = touched;
  }
  return end;
}

/* mirror: -1 if counts are of vacancies. */
EXPORT(attempt_bytes) uint64_t attempt_bytes(
    uint32_t sites, uint32_t half_width, uint32_t attempts, v128_t *eta, v128_t *count,
    Stream *stream, Lanes *lanes, const Digit *table, int32_t mirror, int32_t *through,
    const uint32_t *list) {
  Stream bonds = *stream;
  Lanes bits = *lanes;
  uint64_t hops = 0;
  const v128_t zero = wasm_i8x16_splat(0), one = wasm_i8x16_splat(1);
  const v128_t mirrors = wasm_i8x16_splat((int8_t)mirror), fifteen = wasm_i8x16_splat(15);
  const v128_t low_head = wasm_v128_load(table[0].head), high_head = wasm_v128_load(table[1].head);
  for (uint32_t done = 0; done < attempts;) {
    v128_t hopped = zero;
    const uint32_t end = stretch(done, attempts, sites, half_width, eta, count, bonds, list);
    for (; done < end; done++) {
      BOND;
      const v128_t a = eta[x], b = eta[y], active = wasm_v128_xor(a, b);
      const v128_t m = wasm_v128_bitselect(count[x], count[y], a);
      const v128_t value[2] = {wasm_v128_and(m, fifteen),
                               wasm_v128_and(wasm_u16x8_shr(m, 4), fifteen)};
      const v128_t random[2] = {draw_lanes(&bits), draw_lanes(&bits)};
      const v128_t head0 = wasm_i8x16_swizzle(low_head, value[0]);
      const v128_t head1 = wasm_i8x16_swizzle(high_head, value[1]);
      const v128_t tied =
          wasm_v128_or(wasm_i8x16_eq(random[0], head0), wasm_i8x16_eq(random[1], head1));
      const v128_t over =
          wasm_v128_or(wasm_u8x16_sub_sat(random[0], head0), wasm_u8x16_sub_sat(random[1], head1));
      v128_t accept = wasm_v128_and(wasm_i8x16_eq(over, zero), active);
      const v128_t open = wasm_v128_and(tied, accept);
      if (__builtin_expect(wasm_v128_any_true(open), 0))
        accept = settle(accept, open, 2, table, value, random, &bonds);
      eta[x] = wasm_v128_xor(a, accept);
      eta[y] = wasm_v128_xor(b, accept);
      /* As bytes, a mask is -1: hops right take a neighbour from the left end of the windows, and so on. */
      const v128_t change = wasm_v128_and(accept, wasm_v128_or(wasm_v128_xor(a, mirrors), one));
      count[low] = wasm_i8x16_add(count[low], change);
      count[high] = wasm_i8x16_sub(count[high], change);
      hopped = wasm_i8x16_sub(hopped, accept);
      if (__builtin_expect(y == 0, 0)) cross(accept, a, through);
    }
    hops += add_bytes(hopped);
  }
  *stream = bonds;
  *lanes = bits;
  return hops;
}

static inline v128_t head_of(const Digit *digit, v128_t value) {
  /* Swizzling gives 0 for 16 and more, and so does a difference below 0. */
  const v128_t upper = wasm_i8x16_sub(value, wasm_i8x16_splat(16));
  return wasm_v128_or(wasm_i8x16_swizzle(wasm_v128_load(digit->head), value),
                      wasm_i8x16_swizzle(wasm_v128_load(digit->head + 16), upper));
}

/* Keeps a reference in step with its site's count. */
static inline void refer(v128_t *reference, v128_t change) {
  reference[0] = wasm_i16x8_add(reference[0], wasm_i16x8_extend_low_i8x16(change));
  reference[1] = wasm_i16x8_add(reference[1], wasm_i16x8_extend_high_i8x16(change));
}

static inline __attribute__((always_inline)) uint64_t wide(
    uint32_t digits, uint32_t sites, uint32_t half_width, uint32_t attempts, v128_t *eta,
    v128_t *count, v128_t *reference, Stream *stream, Lanes *lanes, const Digit *table,
    int32_t mirror, int32_t *through, const uint32_t *list) {
  Stream bonds = *stream;
  Lanes bits = *lanes;
  uint64_t hops = 0;
  const v128_t zero = wasm_i8x16_splat(0), one = wasm_i8x16_splat(1);
  const v128_t mirrors = wasm_i8x16_splat((int8_t)mirror);
  const v128_t low_mask = wasm_i8x16_splat(31), mask = wasm_i16x8_splat(31);
  for (uint32_t done = 0; done < attempts;) {
    v128_t hopped = zero;
    const uint32_t end = stretch(done, attempts, sites, half_width, eta, count, bonds, list);
    for (; done < end; done++) {
      BOND;
      const v128_t a = eta[x], b = eta[y], active = wasm_v128_xor(a, b);
      const v128_t near = wasm_v128_bitselect(count[x], count[y], a);
      const v128_t since = wasm_i8x16_sub(near, count[x & ~63u]), *from = reference + 2 * (x >> 6);
      const v128_t m0 = wasm_i16x8_add(from[0], wasm_i16x8_extend_low_i8x16(since));
      const v128_t m1 = wasm_i16x8_add(from[1], wasm_i16x8_extend_high_i8x16(since));
      v128_t value[3], random[3], tied = zero, over = zero;
      for (uint32_t d = 0; d < digits; d++) {
        /* The lowest digit is in the eight bits, the highest needs no mask. */
        value[d] =
            d == 0 ? wasm_v128_and(near, low_mask)
            : d + 1 == digits
                ? wasm_u8x16_narrow_i16x8(wasm_u16x8_shr(m0, 5 * d), wasm_u16x8_shr(m1, 5 * d))
                : wasm_u8x16_narrow_i16x8(wasm_v128_and(wasm_u16x8_shr(m0, 5 * d), mask),
                                          wasm_v128_and(wasm_u16x8_shr(m1, 5 * d), mask));
        random[d] = draw_lanes(&bits);
        const v128_t head = head_of(table + d, value[d]);
        tied = wasm_v128_or(tied, wasm_i8x16_eq(random[d], head));
        over = wasm_v128_or(over, wasm_u8x16_sub_sat(random[d], head));
      }
      v128_t accept = wasm_v128_and(wasm_i8x16_eq(over, zero), active);
      const v128_t open = wasm_v128_and(tied, accept);
      if (__builtin_expect(wasm_v128_any_true(open), 0))
        accept = settle(accept, open, digits, table, value, random, &bonds);
      eta[x] = wasm_v128_xor(a, accept);
      eta[y] = wasm_v128_xor(b, accept);
      const v128_t change = wasm_v128_and(accept, wasm_v128_or(wasm_v128_xor(a, mirrors), one));
      count[low] = wasm_i8x16_add(count[low], change);
      count[high] = wasm_i8x16_sub(count[high], change);
      if (__builtin_expect(!(low & 63), 0)) refer(reference + 2 * (low >> 6), change);
      if (__builtin_expect(!(high & 63), 0))
        refer(reference + 2 * (high >> 6), wasm_i8x16_neg(change));
      hopped = wasm_i8x16_sub(hopped, accept);
      if (__builtin_expect(y == 0, 0)) cross(accept, a, through);
    }
    hops += add_bytes(hopped);
  }
  *stream = bonds;
  *lanes = bits;
  return hops;
}

/* Two digits reach to L = 511, three to 16383. */
EXPORT(attempt_wide) uint64_t attempt_wide(
    uint32_t sites, uint32_t half_width, uint32_t attempts, v128_t *eta, v128_t *count,
    v128_t *reference, Stream *stream, Lanes *lanes, const Digit *table, int32_t mirror,
    int32_t *through, const uint32_t *list) {
  return half_width <= 511 ? wide(2, sites, half_width, attempts, eta, count, reference, stream,
                                  lanes, table, mirror, through, list)
                           : wide(3, sites, half_width, attempts, eta, count, reference, stream,
                                  lanes, table, mirror, through, list);
}
