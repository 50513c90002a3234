/*
 * The constant kernel, 64 replicas, one per byte of a word.
 *
 * Occupations are 0 or 255. A site's count m is what the rate of a particle there depends on: its neighbours, or
 * vacancies if J repels. It has 8 bits. (Occupation and count in one byte would halve the memory and is slower: a
 * site's word would then be written by hops from three sides.) For L > 127 it is kept modulo 256, and every 64th
 * site has a reference to its full count besides: counts of neighbouring sites differ by at most one, hence within 64
 * sites of a reference the eight bits tell the full count. The reference is (count - 128) / 32, rounded down, for
 * L <= 511, where its eight steps of 32 hold all counts nearby; else the higher byte of the count.
 *
 * The acceptance probability q^m factors over the digits of m, 4 bits each (5 for L > 127), so a hop is accepted if
 * one random byte per digit passes: byte < head[digit], where head is the leading byte of the digit's probability. A
 * byte equal to the head is a tie, resolved with 32 further bits against tail[digit], unless another digit refuses.
 */
#include "far.h"
#include "random.h"

/* Per digit: 32 leading bytes, then 32 tails in units of 2^-32 (2^32 = certain). */
typedef struct {
  uint8_t head[32];
  uint64_t tail[32];
} Digit;

enum { MOST_DIGITS = 3 };

/* What an attempt has drawn and looked up for some lanes. */
typedef struct {
  Register accept, open, value[MOST_DIGITS], random[MOST_DIGITS];
} Draws;

/* The slow path: lanes in which some byte tied, decided one by one in the order of lanes and digits. */
static __attribute__((noinline)) Register settle(Draws *draws, uint32_t digits, const Digit *table, Stream *bonds) {
  uint8_t *const decided = (uint8_t *)&draws->accept;
  for (uint64_t ties = top_bits(draws->open); ties != 0; ties &= ties - 1) {
    const uint32_t lane = (uint32_t)__builtin_ctzll(ties);
    uint32_t passed = 1;
    for (uint32_t d = 0; d < digits; d++) {
      const uint32_t v = ((const uint8_t *)&draws->value[d])[lane];
      if (((const uint8_t *)&draws->random[d])[lane] == table[d].head[v])
        passed &= draw(bonds) < table[d].tail[v];
    }
    decided[lane] = passed ? 255 : 0;
  }
  return draws->accept;
}

/* Books hops over the last bond. */
static __attribute__((noinline)) void cross(Register accept, Register right, int32_t *through) {
  const int8_t *moved = (const int8_t *)&accept, *forth = (const int8_t *)&right;
  for (uint32_t k = 0; k < REGISTER; k++) through[k] += moved[k] & (forth[k] ? 1 : -1);
}

#define BOND                                                                    \
  const uint32_t x = (uint32_t)(((uint64_t)take(&bonds, &list) * sites) >> 32); \
  const uint32_t y = x + 1 == sites ? 0 : x + 1;                                \
  const uint32_t low = x < half_width ? x + sites - half_width : x - half_width; \
  const uint32_t far = y + half_width;                                          \
  const uint32_t high = far >= sites ? far - sites : far

/*
 * End of the attempts made at a stretch: a byte can count their accepted hops. On large lattices without a list the
 * places of the next few are fetched into the caches together. A tie, which draws from the stream of bonds, spoils
 * the guess.
 */
static inline uint32_t stretch(uint32_t done, uint32_t attempts, uint32_t sites, uint32_t half_width,
                               const Register *eta, const Register *count, Stream bonds,
                               const uint32_t *list) {
  const uint32_t ahead = sites > FAR_SITES && !list, most = ahead ? 16 : 255;
  const uint32_t end = attempts - done > most ? done + most : attempts;
  if (ahead) {
    uint32_t touched = 0;
    for (; done < end; done++) {
      BOND;
      touched ^= *(const uint32_t *)(eta + PIECES * x) ^ *(const uint32_t *)(count + PIECES * y) ^
                 *(const uint32_t *)(count + PIECES * low) ^ *(const uint32_t *)(count + PIECES * high);
    }
    fetched = touched;
  }
  return end;
}

/* The higher byte of a count that is `near` modulo 256, from a reference within 64 of it. */
static inline Register high_byte(Register near, Register low, Register high) {
  const Register since = near - low;
  const Register carry = (low & since) | ((low | since) & ~near);
  /* Masks are -1: what the sum of the bytes carries, and the sign of what was added. */
  return high - (Register)((SignedRegister)carry < 0) + (Register)((SignedRegister)since < 0);
}

/* A digit of the count with this lower byte; top: its reference (two digits) or its higher byte (three). */
static inline Register digit_of(int full, uint32_t digits, uint32_t d, Register near, Register top) {
  if (!full) return d == 0 ? (Register)(near & 15) : shift_right(near, 4);
  if (d == 0) return near & 31;
  if (digits == 2) return top + ((shift_right(near, 5) - top) & 7);
  return d == 1 ? (Register)((shift_right(near, 5) | shift_left(top, 3)) & 31) : shift_right(top, 2);
}

/* A reference whose site's count has changed to `now`, modulo 256, by 1, 0 or -1. */
static inline Register next_reference(uint32_t digits, Register reference, Register now, Register change) {
  return digits == 2 ? next_high(reference, now & 31, change, 31) : next_high(reference, now, change, 255);
}

static inline __attribute__((always_inline)) uint64_t attempts_of(
    uint32_t digits, int full, uint32_t sites, uint32_t half_width, uint32_t attempts, Register *eta,
    Register *count, Register *reference, Stream *stream, Lanes *lanes, const Digit *table,
    int32_t mirror, int32_t *through, const uint32_t *list, uint32_t *attempted, uint64_t *accepted) {
  Stream bonds = *stream;
  Lanes own;
  Lanes *const bits = near_lanes(lanes, &own);
  uint64_t hops = 0;
  const Register zero = all(0), mirrors = all((uint8_t)mirror);
  Table heads[MOST_DIGITS];
  UNROLLED for (uint32_t d = 0; d < digits; d++) heads[d] = table_of(table[d].head);
  for (uint32_t done = 0; done < attempts;) {
    Register hopped[PIECES] = {0};
    const uint32_t end = stretch(done, attempts, sites, half_width, eta, count, bonds, list);
    for (; done < end; done++) {
      BOND;
      uint64_t moved = 0;
      for (int p = 0; p < PIECES; p++) {
        Register *const here = eta + PIECES * x + p, *const there = eta + PIECES * y + p;
        const Register a = *here, b = *there, active = a ^ b;
        const Register near = select(a, count[PIECES * x + p], count[PIECES * y + p]);
        Register top = full ? reference[PIECES * (x >> 6) + p] : zero;
        if (digits > 2) top = high_byte(near, count[PIECES * (x & ~63u) + p], top);
        Register tied = all(255), over = zero, value[MOST_DIGITS], random[MOST_DIGITS];
        UNROLLED for (uint32_t d = 0; d < digits; d++) {
          value[d] = digit_of(full, digits, d, near, top);
          random[d] = draw_piece(bits, p);
          const Register head = full ? look_up(heads[d], value[d]) : look_up_low(heads[d], value[d]);
          tied = least(tied, random[d] ^ head);
          over |= excess(random[d], head);
        }
        Register accept = (Register)(over == zero) & active;
        const Register open = (Register)(tied == zero) & accept;
        if (__builtin_expect(any(open), 0)) {
          Draws draws = {accept, open, {value[0], value[1]}, {random[0], random[1]}};
          if (digits > 2) draws.value[2] = value[2], draws.random[2] = random[2];
          accept = settle(&draws, digits, table, &bonds);
        }
        *here = a ^ accept;
        *there = b ^ accept;
        /* As bytes, a mask is -1: hops right take a neighbour from the left end of the windows, and so on. */
        const Register change = accept & ((a ^ mirrors) | 1);
        Register *const leaving = count + PIECES * low + p, *const entering = count + PIECES * high + p;
        *leaving += change;
        *entering -= change;
        if (full && __builtin_expect(!(low & 63), 0)) {
          Register *const at = reference + PIECES * (low >> 6) + p;
          *at = next_reference(digits, *at, *leaving, change);
        }
        if (full && __builtin_expect(!(high & 63), 0)) {
          Register *const at = reference + PIECES * (high >> 6) + p;
          *at = next_reference(digits, *at, *entering, -change);
        }
        hopped[p] -= accept;
        if (accepted) moved |= top_bits(accept) << (REGISTER * p);
        if (__builtin_expect(y == 0, 0)) cross(accept, a, through + REGISTER * p);
      }
      if (accepted) {
        attempted[done] = x;
        accepted[done] = moved;
      }
    }
    EACH hops += add_bytes(hopped[p]);
  }
  *stream = bonds;
  keep_lanes(lanes, bits);
  return hops;
}

#define ATTEMPTS(digits, full, reference)                                                            \
  (accepted ? attempts_of(digits, full, sites, half_width, attempts, eta, count, reference, stream,  \
                          lanes, table, mirror, through, 0, attempted, accepted)                     \
            : attempts_of(digits, full, sites, half_width, attempts, eta, count, reference, stream,  \
                          lanes, table, mirror, through, list, 0, 0))

/*
 * mirror: -1 if counts are of vacancies. attempted, accepted: the bond of each attempt and the replicas that hopped,
 * or null; such attempts are made as they are drawn, without a list.
 */
EXPORT(attempt_bytes) uint64_t attempt_bytes(uint32_t sites, uint32_t half_width, uint32_t attempts,
                                             Register *eta, Register *count, Stream *stream,
                                             Lanes *lanes, const Digit *table, int32_t mirror,
                                             int32_t *through, const uint32_t *list,
                                             uint32_t *attempted, uint64_t *accepted) {
  return ATTEMPTS(2, 0, 0);
}

/* Two digits reach to L = 511, three to 16383. */
EXPORT(attempt_wide) uint64_t attempt_wide(uint32_t sites, uint32_t half_width, uint32_t attempts,
                                           Register *eta, Register *count, Register *reference,
                                           Stream *stream, Lanes *lanes, const Digit *table,
                                           int32_t mirror, int32_t *through, const uint32_t *list,
                                           uint32_t *attempted, uint64_t *accepted) {
  return half_width <= 511 ? ATTEMPTS(2, 1, reference) : ATTEMPTS(3, 1, reference);
}
